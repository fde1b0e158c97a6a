using System.Threading;
using System.Threading.Tasks;

namespace Verigator
{
    // What users prove a login with: authenticator apps and recovery codes.
    public sealed partial class Client
    {
        /// <summary>Begins the enrolment of an authenticator app.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>What the app takes.</returns>
        /// <exception cref="NotFoundException">No such service or user.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>The user's app takes what is returned, and ConfirmTotp the app's first token;
        /// until then logins are as they were. It ends an enrolment that was begun before and not
        /// confirmed, so it is never sent twice. verigator-server has this call; the hosted service
        /// has not.</remarks>
        public Enrolment BeginTotp(
            string serviceId, string userId, CancellationToken cancellationToken = default)
        {
            return context.Run(Operations.BeginTotp(serviceId, userId), cancellationToken);
        }

        /// <summary>Begins the enrolment of an authenticator app.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that has: what the app takes.</returns>
        /// <exception cref="NotFoundException">No such service or user.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>The user's app takes what is returned, and ConfirmTotp the app's first token;
        /// until then logins are as they were. It ends an enrolment that was begun before and not
        /// confirmed, so it is never sent twice. verigator-server has this call; the hosted service
        /// has not.</remarks>
        public Task<Enrolment> BeginTotpAsync(
            string serviceId, string userId, CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.BeginTotp(serviceId, userId), cancellationToken);
        }

        /// <summary>Makes a link by which the user sets an authenticator app up, once.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="lifetimeSeconds">How long it is good for: 60 to 604800 seconds (a
        /// week).</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>The link.</returns>
        /// <exception cref="NotFoundException">No such service or user.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        /// <exception cref="ConflictException">The server does not know by which address users
        /// reach it.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>The user opens it in a browser, scans the QR code there and types the app's
        /// first token; until then logins are as they were. It ends a link that was made before and
        /// an enrolment that was not confirmed, so it is never sent twice. verigator-server has
        /// this call; the hosted service has not.</remarks>
        public EnrolmentLink CreateTotpLink(
            string serviceId,
            string userId,
            long lifetimeSeconds = 3600,
            CancellationToken cancellationToken = default)
        {
            return context.Run(Operations.CreateTotpLink(serviceId, userId, lifetimeSeconds), cancellationToken);
        }

        /// <summary>Makes a link by which the user sets an authenticator app up, once.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="lifetimeSeconds">How long it is good for: 60 to 604800 seconds (a
        /// week).</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that has: the link.</returns>
        /// <exception cref="NotFoundException">No such service or user.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        /// <exception cref="ConflictException">The server does not know by which address users
        /// reach it.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>The user opens it in a browser, scans the QR code there and types the app's
        /// first token; until then logins are as they were. It ends a link that was made before and
        /// an enrolment that was not confirmed, so it is never sent twice. verigator-server has
        /// this call; the hosted service has not.</remarks>
        public Task<EnrolmentLink> CreateTotpLinkAsync(
            string serviceId,
            string userId,
            long lifetimeSeconds = 3600,
            CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.CreateTotpLink(serviceId, userId, lifetimeSeconds), cancellationToken);
        }

        /// <summary>Confirms an enrolment by a token of the app; logins use the app from now
        /// on.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="token">What the app shows.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <exception cref="UnprocessableDataException">The token is not right.</exception>
        /// <exception cref="NotFoundException">No such service or user, or no enrolment was
        /// begun.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>It is never sent twice. verigator-server has this call; the hosted service has
        /// not.</remarks>
        public void ConfirmTotp(
            string serviceId,
            string userId,
            string token,
            CancellationToken cancellationToken = default)
        {
            context.Run(Operations.ConfirmTotp(serviceId, userId, token), cancellationToken);
        }

        /// <summary>Confirms an enrolment by a token of the app; logins use the app from now
        /// on.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="token">What the app shows.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that ends when it is done.</returns>
        /// <exception cref="UnprocessableDataException">The token is not right.</exception>
        /// <exception cref="NotFoundException">No such service or user, or no enrolment was
        /// begun.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>It is never sent twice. verigator-server has this call; the hosted service has
        /// not.</remarks>
        public Task ConfirmTotpAsync(
            string serviceId,
            string userId,
            string token,
            CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.ConfirmTotp(serviceId, userId, token), cancellationToken);
        }

        /// <summary>Reads how far the enrolment of an authenticator app has come.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>How far it has come.</returns>
        /// <exception cref="NotFoundException">No such service or user.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>verigator-server has this call; the hosted service has not.</remarks>
        public TotpState GetTotp(
            string serviceId, string userId, CancellationToken cancellationToken = default)
        {
            return context.Run(Operations.GetTotp(serviceId, userId), cancellationToken);
        }

        /// <summary>Reads how far the enrolment of an authenticator app has come.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that has: how far it has come.</returns>
        /// <exception cref="NotFoundException">No such service or user.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>verigator-server has this call; the hosted service has not.</remarks>
        public Task<TotpState> GetTotpAsync(
            string serviceId, string userId, CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.GetTotp(serviceId, userId), cancellationToken);
        }

        /// <summary>Removes an enrolment, confirmed or not.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <exception cref="NotFoundException">No such service or user.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>verigator-server has this call; the hosted service has not.</remarks>
        public void DeleteTotp(
            string serviceId, string userId, CancellationToken cancellationToken = default)
        {
            context.Run(Operations.DeleteTotp(serviceId, userId), cancellationToken);
        }

        /// <summary>Removes an enrolment, confirmed or not.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that ends when it is done.</returns>
        /// <exception cref="NotFoundException">No such service or user.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>verigator-server has this call; the hosted service has not.</remarks>
        public Task DeleteTotpAsync(
            string serviceId, string userId, CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.DeleteTotp(serviceId, userId), cancellationToken);
        }

        /// <summary>Makes recovery codes.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>The codes.</returns>
        /// <exception cref="NotFoundException">No such service or user.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>Each is a token for one Verify, whatever method was started. Those made before
        /// are good for nothing any more, so it is never sent twice. verigator-server has this
        /// call; the hosted service has not.</remarks>
        public RecoveryCodes CreateRecoveryCodes(
            string serviceId, string userId, CancellationToken cancellationToken = default)
        {
            return context.Run(Operations.CreateRecoveryCodes(serviceId, userId), cancellationToken);
        }

        /// <summary>Makes recovery codes.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that has: the codes.</returns>
        /// <exception cref="NotFoundException">No such service or user.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>Each is a token for one Verify, whatever method was started. Those made before
        /// are good for nothing any more, so it is never sent twice. verigator-server has this
        /// call; the hosted service has not.</remarks>
        public Task<RecoveryCodes> CreateRecoveryCodesAsync(
            string serviceId, string userId, CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.CreateRecoveryCodes(serviceId, userId), cancellationToken);
        }

        /// <summary>Counts how many recovery codes are left.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>How many there are.</returns>
        /// <exception cref="NotFoundException">No such service or user.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>verigator-server has this call; the hosted service has not.</remarks>
        public long CountRecoveryCodes(
            string serviceId, string userId, CancellationToken cancellationToken = default)
        {
            return context.Run(Operations.CountRecoveryCodes(serviceId, userId), cancellationToken);
        }

        /// <summary>Counts how many recovery codes are left.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that has: how many there are.</returns>
        /// <exception cref="NotFoundException">No such service or user.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>verigator-server has this call; the hosted service has not.</remarks>
        public Task<long> CountRecoveryCodesAsync(
            string serviceId, string userId, CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.CountRecoveryCodes(serviceId, userId), cancellationToken);
        }

        /// <summary>Removes the recovery codes.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <exception cref="NotFoundException">No such service or user.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>verigator-server has this call; the hosted service has not.</remarks>
        public void DeleteRecoveryCodes(
            string serviceId, string userId, CancellationToken cancellationToken = default)
        {
            context.Run(Operations.DeleteRecoveryCodes(serviceId, userId), cancellationToken);
        }

        /// <summary>Removes the recovery codes.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that ends when it is done.</returns>
        /// <exception cref="NotFoundException">No such service or user.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>verigator-server has this call; the hosted service has not.</remarks>
        public Task DeleteRecoveryCodesAsync(
            string serviceId, string userId, CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.DeleteRecoveryCodes(serviceId, userId), cancellationToken);
        }
    }
}
