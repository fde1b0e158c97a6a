using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace Verigator
{
    /// <summary>The users of one service, or a page of them. It does not change.</summary>
    public sealed class UserList : ReadOnlyCollection<User>
    {
        internal UserList(IList<User> listed, long total, string nextCursor)
            : base(listed)
        {
            Total = total;
            NextCursor = nextCursor;
        }

        /// <summary>How many there are, as the service says: more than were sent if it sent only some.</summary>
        public long Total { get; }

        /// <summary>What gives the next page, or null on the last one.</summary>
        [MaybeNull]
        public string NextCursor { get; }
    }
}
