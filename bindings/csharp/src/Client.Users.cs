using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;

namespace Verigator
{
    // What calls do with users.
    public sealed partial class Client
    {
        /// <summary>Registers a user.</summary>
        /// <param name="serviceId">The service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="phoneNumber">With its country prefix (E.164), such as
        /// "+3725555555".</param>
        /// <param name="idInService">The caller's own name for the user, such as an e-mail
        /// address.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>The user.</returns>
        /// <exception cref="ConflictException">The user exists already.</exception>
        /// <exception cref="UnprocessableDataException">A value is not acceptable.</exception>
        public User CreateUser(
            string serviceId,
            string phoneNumber,
            string idInService,
            CancellationToken cancellationToken = default)
        {
            return context.Run(Operations.CreateUser(serviceId, phoneNumber, idInService), cancellationToken);
        }

        /// <summary>Registers a user.</summary>
        /// <param name="serviceId">The service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="phoneNumber">With its country prefix (E.164), such as
        /// "+3725555555".</param>
        /// <param name="idInService">The caller's own name for the user, such as an e-mail
        /// address.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that has: the user.</returns>
        /// <exception cref="ConflictException">The user exists already.</exception>
        /// <exception cref="UnprocessableDataException">A value is not acceptable.</exception>
        public Task<User> CreateUserAsync(
            string serviceId,
            string phoneNumber,
            string idInService,
            CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.CreateUser(serviceId, phoneNumber, idInService), cancellationToken);
        }

        /// <summary>Reads a user.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>The user.</returns>
        /// <exception cref="NotFoundException">No such service or user.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        public User GetUser(
            string serviceId, string userId, CancellationToken cancellationToken = default)
        {
            return context.Run(Operations.GetUser(serviceId, userId), cancellationToken);
        }

        /// <summary>Reads a user.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that has: the user.</returns>
        /// <exception cref="NotFoundException">No such service or user.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        public Task<User> GetUserAsync(
            string serviceId, string userId, CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.GetUser(serviceId, userId), cancellationToken);
        }

        /// <summary>Finds a user by what the service calls it.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="idInService">What the service calls the user, 1 to 4096 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>The user.</returns>
        /// <exception cref="NotFoundException">No such service, or it has no user of that
        /// name.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>It is compared as CreateUser compares it. verigator-server has this call; the
        /// hosted service has not.</remarks>
        public User FindUser(
            string serviceId, string idInService, CancellationToken cancellationToken = default)
        {
            return context.Run(Operations.FindUser(serviceId, idInService), cancellationToken);
        }

        /// <summary>Finds a user by what the service calls it.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="idInService">What the service calls the user, 1 to 4096 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that has: the user.</returns>
        /// <exception cref="NotFoundException">No such service, or it has no user of that
        /// name.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>It is compared as CreateUser compares it. verigator-server has this call; the
        /// hosted service has not.</remarks>
        public Task<User> FindUserAsync(
            string serviceId, string idInService, CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.FindUser(serviceId, idInService), cancellationToken);
        }

        /// <summary>Lists the users of a service.</summary>
        /// <param name="serviceId">The service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>The users.</returns>
        /// <exception cref="NotFoundException">No such service.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        public UserList ListUsers(string serviceId, CancellationToken cancellationToken = default)
        {
            return context.Run(Operations.ListUsers(serviceId), cancellationToken);
        }

        /// <summary>Lists the users of a service.</summary>
        /// <param name="serviceId">The service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that has: the users.</returns>
        /// <exception cref="NotFoundException">No such service.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        public Task<UserList> ListUsersAsync(
            string serviceId, CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.ListUsers(serviceId), cancellationToken);
        }

        /// <summary>Lists the users of a service by the page.</summary>
        /// <param name="serviceId">The service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="limit">How many at most, 1 to 1000.</param>
        /// <param name="cursor">The NextCursor of the page before, or null for the first
        /// page.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>The page.</returns>
        /// <exception cref="NotFoundException">No such service.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        /// <remarks>The hosted service has no pages, and answers with all users: a last
        /// page.</remarks>
        public UserList PageUsers(
            string serviceId,
            long limit,
            [AllowNull] string cursor = null,
            CancellationToken cancellationToken = default)
        {
            return context.Run(Operations.PageUsers(serviceId, limit, cursor), cancellationToken);
        }

        /// <summary>Lists the users of a service by the page.</summary>
        /// <param name="serviceId">The service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="limit">How many at most, 1 to 1000.</param>
        /// <param name="cursor">The NextCursor of the page before, or null for the first
        /// page.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that has: the page.</returns>
        /// <exception cref="NotFoundException">No such service.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        /// <remarks>The hosted service has no pages, and answers with all users: a last
        /// page.</remarks>
        public Task<UserList> PageUsersAsync(
            string serviceId,
            long limit,
            [AllowNull] string cursor = null,
            CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.PageUsers(serviceId, limit, cursor), cancellationToken);
        }

        /// <summary>Lets a user log in again who is locked after too many wrong tokens.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <exception cref="NotFoundException">No such service or user.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>verigator-server has this call; the hosted service has not.</remarks>
        public void UnlockUser(
            string serviceId, string userId, CancellationToken cancellationToken = default)
        {
            context.Run(Operations.UnlockUser(serviceId, userId), cancellationToken);
        }

        /// <summary>Lets a user log in again who is locked after too many wrong tokens.</summary>
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
        public Task UnlockUserAsync(
            string serviceId, string userId, CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.UnlockUser(serviceId, userId), cancellationToken);
        }

        /// <summary>Deletes a user.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <exception cref="NotFoundException">No such user; also when a first attempt, whose
        /// answer was lost, deleted the user.</exception>
        public void DeleteUser(
            string serviceId, string userId, CancellationToken cancellationToken = default)
        {
            context.Run(Operations.DeleteUser(serviceId, userId), cancellationToken);
        }

        /// <summary>Deletes a user.</summary>
        /// <param name="serviceId">Whose user: its service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="userId">Which user: the id at Verigator, 1 to 1024 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that ends when it is done.</returns>
        /// <exception cref="NotFoundException">No such user; also when a first attempt, whose
        /// answer was lost, deleted the user.</exception>
        public Task DeleteUserAsync(
            string serviceId, string userId, CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.DeleteUser(serviceId, userId), cancellationToken);
        }
    }
}
