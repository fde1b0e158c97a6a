using System.Collections.Generic;
using System.Collections.ObjectModel;

namespace Verigator
{
    /// <summary>A user's recovery codes, each a token for one verification. It does not change.</summary>
    /// <remarks>They are shown to their user once, and not logged.</remarks>
    public sealed class RecoveryCodes : ReadOnlyCollection<string>
    {
        internal RecoveryCodes(IList<string> codes)
            : base(codes)
        {
        }
    }
}
