namespace Verigator
{
    /// <summary>A registered service: what its users log in to. It does not change.</summary>
    public sealed class Service
    {
        internal Service(string id, string name, string ctime)
        {
            Id = id;
            Name = name;
            Ctime = ctime;
        }

        /// <summary>For the other calls.</summary>
        public string Id { get; }

        /// <summary>What users see.</summary>
        public string Name { get; }

        /// <summary>When it was made, an RFC 3339 timestamp as the service wrote it.</summary>
        public string Ctime { get; }
    }
}
