using System.Threading;
using System.Threading.Tasks;

namespace Verigator
{
    // Logins: started, then verified.
    public sealed partial class Client
    {
        /// <summary>Starts an authentication.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="method">Totp to prefer the authenticator app (a user who has none set up is
        /// sent an SMS instead), or Sms.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>The method that is really used, and the id of this authentication: for
        /// Verify.</returns>
        /// <exception cref="NotFoundException">No such service or user.</exception>
        /// <exception cref="ConflictException">An authentication cannot start now.</exception>
        /// <remarks>It is never sent twice, since that would send a second message: after a failure
        /// see MaybeSent.</remarks>
        public Challenge Initiate(
            string serviceId,
            string userId,
            Method method = Method.Totp,
            CancellationToken cancellationToken = default)
        {
            return context.Run(Operations.Initiate(serviceId, userId, method), cancellationToken);
        }

        /// <summary>Starts an authentication.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="method">Totp to prefer the authenticator app (a user who has none set up is
        /// sent an SMS instead), or Sms.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that has: the method that is really used, and the id of this
        /// authentication: for Verify.</returns>
        /// <exception cref="NotFoundException">No such service or user.</exception>
        /// <exception cref="ConflictException">An authentication cannot start now.</exception>
        /// <remarks>It is never sent twice, since that would send a second message: after a failure
        /// see MaybeSent.</remarks>
        public Task<Challenge> InitiateAsync(
            string serviceId,
            string userId,
            Method method = Method.Totp,
            CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.Initiate(serviceId, userId, method), cancellationToken);
        }

        /// <summary>Checks a token of one authentication. The login is verified only if Verified is
        /// true.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="token">The PIN, the code or the recovery code that the user typed: 1 to 64
        /// printable ASCII characters.</param>
        /// <param name="challenge">What Initiate returned, so that a token of another
        /// authentication is not taken.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>The service's answer, yes or no, and why.</returns>
        /// <exception cref="NotFoundException">No such service, user or pending
        /// verification.</exception>
        /// <exception cref="InvalidArgumentException">The challenge is null, so that one which got
        /// lost does not come to the weaker check; or as in every call. Nothing was
        /// sent.</exception>
        /// <remarks>It is never sent twice, since a token is good for one check.</remarks>
        public Verification Verify(
            string serviceId,
            string userId,
            string token,
            Challenge challenge,
            CancellationToken cancellationToken = default)
        {
            return context.Run(Operations.Verify(serviceId, userId, token, challenge), cancellationToken);
        }

        /// <summary>Checks a token of one authentication. The login is verified only if Verified is
        /// true.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="token">The PIN, the code or the recovery code that the user typed: 1 to 64
        /// printable ASCII characters.</param>
        /// <param name="challenge">What Initiate returned, so that a token of another
        /// authentication is not taken.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that has: the service's answer, yes or no, and why.</returns>
        /// <exception cref="NotFoundException">No such service, user or pending
        /// verification.</exception>
        /// <exception cref="InvalidArgumentException">The challenge is null, so that one which got
        /// lost does not come to the weaker check; or as in every call. Nothing was
        /// sent.</exception>
        /// <remarks>It is never sent twice, since a token is good for one check.</remarks>
        public Task<Verification> VerifyAsync(
            string serviceId,
            string userId,
            string token,
            Challenge challenge,
            CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.Verify(serviceId, userId, token, challenge), cancellationToken);
        }

        /// <summary>Checks a token of any authentication of the user, which is the weaker
        /// check.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="token">The PIN, the code or the recovery code that the user typed: 1 to 64
        /// printable ASCII characters.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>The service's answer, yes or no, and why.</returns>
        /// <exception cref="NotFoundException">No such service, user or pending
        /// verification.</exception>
        /// <remarks>The login is verified only if Verified is true. It is never sent twice, since a
        /// token is good for one check.</remarks>
        public Verification Verify(
            string serviceId,
            string userId,
            string token,
            CancellationToken cancellationToken = default)
        {
            return context.Run(Operations.Verify(serviceId, userId, token), cancellationToken);
        }

        /// <summary>Checks a token of any authentication of the user, which is the weaker
        /// check.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="token">The PIN, the code or the recovery code that the user typed: 1 to 64
        /// printable ASCII characters.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that has: the service's answer, yes or no, and why.</returns>
        /// <exception cref="NotFoundException">No such service, user or pending
        /// verification.</exception>
        /// <remarks>The login is verified only if Verified is true. It is never sent twice, since a
        /// token is good for one check.</remarks>
        public Task<Verification> VerifyAsync(
            string serviceId,
            string userId,
            string token,
            CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.Verify(serviceId, userId, token), cancellationToken);
        }
    }
}
