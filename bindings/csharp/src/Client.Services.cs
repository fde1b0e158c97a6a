using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;

namespace Verigator
{
    // What calls do with services.
    public sealed partial class Client
    {
        /// <summary>Creates a service.</summary>
        /// <param name="fqdn">Its host name, such as "login.example.com".</param>
        /// <param name="name">What users see, at most 4096 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>The service.</returns>
        /// <exception cref="ConflictException">It exists already.</exception>
        /// <exception cref="UnprocessableDataException">A value is not acceptable.</exception>
        public Service CreateService(
            string fqdn, string name, CancellationToken cancellationToken = default)
        {
            return context.Run(Operations.CreateService(fqdn, name), cancellationToken);
        }

        /// <summary>Creates a service.</summary>
        /// <param name="fqdn">Its host name, such as "login.example.com".</param>
        /// <param name="name">What users see, at most 4096 bytes.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that has: the service.</returns>
        /// <exception cref="ConflictException">It exists already.</exception>
        /// <exception cref="UnprocessableDataException">A value is not acceptable.</exception>
        public Task<Service> CreateServiceAsync(
            string fqdn, string name, CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.CreateService(fqdn, name), cancellationToken);
        }

        /// <summary>Reads a service.</summary>
        /// <param name="serviceId">The service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>The service.</returns>
        /// <exception cref="NotFoundException">No such service.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        public Service GetService(string serviceId, CancellationToken cancellationToken = default)
        {
            return context.Run(Operations.GetService(serviceId), cancellationToken);
        }

        /// <summary>Reads a service.</summary>
        /// <param name="serviceId">The service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that has: the service.</returns>
        /// <exception cref="NotFoundException">No such service.</exception>
        /// <exception cref="ForbiddenException">Another account's.</exception>
        public Task<Service> GetServiceAsync(
            string serviceId, CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.GetService(serviceId), cancellationToken);
        }

        /// <summary>Finds a service of the account by its host name.</summary>
        /// <param name="fqdn">Its host name.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>The service.</returns>
        /// <exception cref="NotFoundException">The account has no service of that name.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>It is compared as CreateService compares it. verigator-server has this call;
        /// the hosted service has not.</remarks>
        public Service FindService(string fqdn, CancellationToken cancellationToken = default)
        {
            return context.Run(Operations.FindService(fqdn), cancellationToken);
        }

        /// <summary>Finds a service of the account by its host name.</summary>
        /// <param name="fqdn">Its host name.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that has: the service.</returns>
        /// <exception cref="NotFoundException">The account has no service of that name.</exception>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>It is compared as CreateService compares it. verigator-server has this call;
        /// the hosted service has not.</remarks>
        public Task<Service> FindServiceAsync(
            string fqdn, CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.FindService(fqdn), cancellationToken);
        }

        /// <summary>Lists the services of the account by the page.</summary>
        /// <param name="limit">How many at most, 1 to 1000.</param>
        /// <param name="cursor">The NextCursor of the page before, or null for the first
        /// page.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>The page.</returns>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>verigator-server has this call; the hosted service has not.</remarks>
        public ServiceList ListServices(
            long limit,
            [AllowNull] string cursor = null,
            CancellationToken cancellationToken = default)
        {
            return context.Run(Operations.ListServices(limit, cursor), cancellationToken);
        }

        /// <summary>Lists the services of the account by the page.</summary>
        /// <param name="limit">How many at most, 1 to 1000.</param>
        /// <param name="cursor">The NextCursor of the page before, or null for the first
        /// page.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that has: the page.</returns>
        /// <exception cref="RouteNotSupportedException">The server has no such route, as the hosted
        /// service.</exception>
        /// <remarks>verigator-server has this call; the hosted service has not.</remarks>
        public Task<ServiceList> ListServicesAsync(
            long limit,
            [AllowNull] string cursor = null,
            CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.ListServices(limit, cursor), cancellationToken);
        }

        /// <summary>Deletes a service and its users.</summary>
        /// <param name="serviceId">The service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <exception cref="NotFoundException">No such service; also when a first attempt, whose
        /// answer was lost, deleted it.</exception>
        public void DeleteService(string serviceId, CancellationToken cancellationToken = default)
        {
            context.Run(Operations.DeleteService(serviceId), cancellationToken);
        }

        /// <summary>Deletes a service and its users.</summary>
        /// <param name="serviceId">The service's id, 1 to 1024 bytes of UTF-8.</param>
        /// <param name="cancellationToken">Ends the call early, with
        /// VerigatorCanceledException.</param>
        /// <returns>A task that ends when it is done.</returns>
        /// <exception cref="NotFoundException">No such service; also when a first attempt, whose
        /// answer was lost, deleted it.</exception>
        public Task DeleteServiceAsync(
            string serviceId, CancellationToken cancellationToken = default)
        {
            return context.RunAsync(Operations.DeleteService(serviceId), cancellationToken);
        }
    }
}
