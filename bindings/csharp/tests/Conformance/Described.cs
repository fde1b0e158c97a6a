using System.Collections.Generic;
using System.Linq;
using Newtonsoft.Json.Linq;

namespace Verigator.Tests
{
    // What calls gave, as the peer wants to be told.
    internal static class Described
    {
        internal static readonly Dictionary<Method, string> Methods = new Dictionary<Method, string> {
            { Method.Sms, "sms" },
            { Method.Totp, "totp" },
            { Method.RecoveryCode, "recovery_code" },
        };

        internal static JObject Service(Service service)
        {
            return new JObject(
                new JProperty("id", service.Id),
                new JProperty("name", service.Name),
                new JProperty("ctime", service.Ctime));
        }

        internal static JObject Services(ServiceList services)
        {
            return new JObject(
                new JProperty("services", new JArray(services.Select(Service))),
                new JProperty("total", services.Total),
                new JProperty("next_cursor", services.NextCursor));
        }

        internal static JObject User(User user)
        {
            return new JObject(
                new JProperty("id", user.Id),
                new JProperty("ctime", user.Ctime),
                new JProperty("id_in_service", user.IdInService));
        }

        internal static JObject Users(UserList users)
        {
            return new JObject(
                new JProperty("users", new JArray(users.Select(User))),
                new JProperty("total", users.Total),
                new JProperty("next_cursor", users.NextCursor));
        }

        internal static JObject Challenge(Challenge challenge)
        {
            return new JObject(
                new JProperty("method", Methods[challenge.Method]),
                new JProperty("auth_id", challenge.AuthId));
        }

        internal static JObject Verification(Verification answer)
        {
            return new JObject(
                new JProperty("verified", answer.Verified),
                new JProperty("method", answer.Method == null ? null : Methods[answer.Method.Value]),
                new JProperty("throttled", answer.Throttled),
                new JProperty("expired", answer.Expired),
                new JProperty("invalid", answer.Invalid),
                new JProperty("result", answer.Result));
        }

        internal static JObject Enrolment(Enrolment enrolment)
        {
            return new JObject(
                new JProperty("secret", enrolment.Secret),
                new JProperty("uri", enrolment.Uri),
                new JProperty("qr_svg", enrolment.QrSvg),
                new JProperty("replaced", enrolment.Replaced));
        }

        internal static JObject Link(EnrolmentLink link)
        {
            return new JObject(
                new JProperty("url", link.Url),
                new JProperty("expires_at", link.ExpiresAt),
                new JProperty("replaced", link.Replaced));
        }

        internal static JObject State(TotpState state)
        {
            return new JObject(
                new JProperty("confirmed", state.Confirmed),
                new JProperty("pending", state.Pending));
        }

        internal static JObject Codes(RecoveryCodes codes)
        {
            return new JObject(new JProperty("codes", new JArray(codes)));
        }

        internal static JObject Count(long remaining)
        {
            return new JObject(new JProperty("remaining", remaining));
        }
    }
}
