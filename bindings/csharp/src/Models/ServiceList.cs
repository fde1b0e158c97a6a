using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace Verigator
{
    /// <summary>A page of the services of an account. It does not change.</summary>
    public sealed class ServiceList : ReadOnlyCollection<Service>
    {
        internal ServiceList(IList<Service> listed, long total, string nextCursor)
            : base(listed)
        {
            Total = total;
            NextCursor = nextCursor;
        }

        /// <summary>How many there are, as the server says.</summary>
        public long Total { get; }

        /// <summary>What gives the next page, or null on the last one.</summary>
        [MaybeNull]
        public string NextCursor { get; }
    }
}
