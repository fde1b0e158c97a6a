namespace Verigator
{
    /// <summary>A user of a service. It does not change.</summary>
    public sealed class User
    {
        internal User(string id, string ctime, string idInService)
        {
            Id = id;
            Ctime = ctime;
            IdInService = idInService;
        }

        /// <summary>The id at Verigator, for the other calls.</summary>
        public string Id { get; }

        /// <summary>When the user was registered, an RFC 3339 timestamp as the service wrote it.</summary>
        public string Ctime { get; }

        /// <summary>The caller's own name for the user.</summary>
        public string IdInService { get; }
    }
}
