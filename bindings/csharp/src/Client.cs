using System;
using System.Diagnostics.CodeAnalysis;

namespace Verigator
{
    /// <summary>Makes the calls to one Verigator service with one account.</summary>
    /// <remarks>
    /// Any number of threads may use it at once. Each call is there twice: one blocks its thread, and one
    /// whose name ends in Async blocks none, however many are under way. Both give in to their
    /// <see cref="System.Threading.CancellationToken"/> within some milliseconds: with
    /// <see cref="VerigatorCanceledException"/>, which tells whether the service may have seen the call; or
    /// with the answer, if that was there first.
    /// Every call may throw a subclass of <see cref="VerigatorException"/>, also
    /// <see cref="InvalidArgumentException"/> for arguments out of their limits: ids are 1 to 1024 bytes of
    /// UTF-8, other texts at most 4096. Of a task that is the task's exception. Which calls are repeated by
    /// themselves is told at <see cref="ClientOptions.MaxRetries"/>.
    /// </remarks>
    public sealed partial class Client : IDisposable
    {
        private readonly Context context;

        /// <summary>Makes a client with API credentials. Nothing is sent yet.</summary>
        /// <param name="username">1 to 1024 bytes of printable ASCII without a colon.</param>
        /// <param name="password">1 to 1024 bytes of printable ASCII.</param>
        /// <param name="options">What differs from the defaults, or null.</param>
        /// <exception cref="InvalidConfigException">A value, or the values together, cannot be
        /// used.</exception>
        /// <exception cref="InvalidArgumentException">A value is null.</exception>
        /// <exception cref="DllNotFoundException">The native library cannot be loaded; the message says what
        /// was looked for and where.</exception>
        public Client(string username, string password, [AllowNull] ClientOptions options = null)
            : this(Settings.Begin(username, password), options)
        {
        }

        private Client(ConfigHandle config, ClientOptions options)
        {
            using (config)
            {
                Settings.Apply(config, options ?? new ClientOptions(), Loader.EnsureLoaded());
                Failure.Check(Raw.verigator_ctx_new(config, out CtxHandle made));
                context = new Context(made, options?.Log);
            }
        }

        /// <summary>The version of the native library.</summary>
        /// <exception cref="DllNotFoundException">It cannot be loaded.</exception>
        public static string LibraryVersion => Loader.EnsureLoaded();

        /// <summary>Makes a client with what the environment says; nothing else here reads it.</summary>
        /// <remarks>
        /// VERIGATOR_USERNAME and VERIGATOR_PASSWORD must be set; VERIGATOR_BASE_URL, HTTPS_PROXY,
        /// http_proxy, ALL_PROXY and NO_PROXY may be. Options come after them. Of the proxies only the one
        /// that the base URL needs is judged.
        /// </remarks>
        /// <param name="options">What differs from the defaults and from the environment, or null.</param>
        /// <returns>The client.</returns>
        /// <exception cref="InvalidConfigException">Names the variable that is missing or cannot be used; or
        /// as the constructor does.</exception>
        public static Client FromEnvironment([AllowNull] ClientOptions options = null)
        {
            return new Client(Settings.BeginFromEnvironment(), options);
        }

        /// <summary>
        /// Closes the connections that no call uses now; later calls make new ones. For a program that is
        /// idle for long.
        /// </summary>
        public void CloseIdle()
        {
            context.CloseIdle();
        }

        /// <summary>
        /// Ends the calls that wait (<see cref="CallCancelledException"/>), and refuses later ones
        /// (<see cref="ClosedException"/>). Nothing is waited for; again, it does nothing.
        /// </summary>
        public void Dispose()
        {
            context.Close();
        }
    }
}
