using System;
using System.Linq;
using System.Threading.Tasks;
using Newtonsoft.Json.Linq;

namespace Verigator.Tests
{
    // A call of a client with the arguments that the peer names: one that waits, or one that is a task.
    internal sealed class ToldCall
    {
        private readonly Client client;
        private readonly JObject told;
        private readonly bool isBlocking;

        internal ToldCall(Client client, JObject told, bool isBlocking)
        {
            this.client = client;
            this.told = told;
            this.isBlocking = isBlocking;
        }

        private string ServiceId => Text("service_id");

        private string UserId => Text("user_id");

        // Makes it, and describes its value.
        internal JToken Make(string operation)
        {
            switch (operation)
            {
                case "create_service":
                    return Described.Service(Either(
                        () => client.CreateService(Text("fqdn"), Text("name")),
                        () => client.CreateServiceAsync(Text("fqdn"), Text("name"))));
                case "find_service":
                    return Described.Service(Either(
                        () => client.FindService(Text("fqdn")),
                        () => client.FindServiceAsync(Text("fqdn"))));
                case "get_service":
                    return Described.Service(Either(
                        () => client.GetService(ServiceId),
                        () => client.GetServiceAsync(ServiceId)));
                case "delete_service":
                    return Done(
                        () => client.DeleteService(ServiceId),
                        () => client.DeleteServiceAsync(ServiceId));
                case "page_services":
                    return Described.Services(Either(
                        () => client.ListServices(Number("limit"), Text("cursor")),
                        () => client.ListServicesAsync(Number("limit"), Text("cursor"))));
                case "create_user":
                    return Described.User(Either(
                        () => client.CreateUser(ServiceId, Text("phone_number"), Text("id_in_service")),
                        () => client.CreateUserAsync(ServiceId, Text("phone_number"), Text("id_in_service"))));
                case "get_user":
                    return Described.User(Either(
                        () => client.GetUser(ServiceId, UserId),
                        () => client.GetUserAsync(ServiceId, UserId)));
                case "find_user":
                    return Described.User(Either(
                        () => client.FindUser(ServiceId, Text("id_in_service")),
                        () => client.FindUserAsync(ServiceId, Text("id_in_service"))));
                case "delete_user":
                    return Done(
                        () => client.DeleteUser(ServiceId, UserId),
                        () => client.DeleteUserAsync(ServiceId, UserId));
                case "unlock_user":
                    return Done(
                        () => client.UnlockUser(ServiceId, UserId),
                        () => client.UnlockUserAsync(ServiceId, UserId));
                case "list_users":
                    return Described.Users(Either(
                        () => client.ListUsers(ServiceId),
                        () => client.ListUsersAsync(ServiceId)));
                case "page_users":
                    return Described.Users(Either(
                        () => client.PageUsers(ServiceId, Number("limit"), Text("cursor")),
                        () => client.PageUsersAsync(ServiceId, Number("limit"), Text("cursor"))));
                case "initiate":
                    return Described.Challenge(Either(
                        () => client.Initiate(ServiceId, UserId, MethodOf(told["method"])),
                        () => client.InitiateAsync(ServiceId, UserId, MethodOf(told["method"]))));
                case "begin_totp":
                    return Described.Enrolment(Either(
                        () => client.BeginTotp(ServiceId, UserId),
                        () => client.BeginTotpAsync(ServiceId, UserId)));
                case "create_totp_link":
                    return Described.Link(Either(
                        () => client.CreateTotpLink(ServiceId, UserId, Number("lifetime_seconds")),
                        () => client.CreateTotpLinkAsync(ServiceId, UserId, Number("lifetime_seconds"))));
                case "confirm_totp":
                    return Done(
                        () => client.ConfirmTotp(ServiceId, UserId, Text("token")),
                        () => client.ConfirmTotpAsync(ServiceId, UserId, Text("token")));
                case "get_totp":
                    return Described.State(Either(
                        () => client.GetTotp(ServiceId, UserId),
                        () => client.GetTotpAsync(ServiceId, UserId)));
                case "delete_totp":
                    return Done(
                        () => client.DeleteTotp(ServiceId, UserId),
                        () => client.DeleteTotpAsync(ServiceId, UserId));
                case "create_recovery_codes":
                    return Described.Codes(Either(
                        () => client.CreateRecoveryCodes(ServiceId, UserId),
                        () => client.CreateRecoveryCodesAsync(ServiceId, UserId)));
                case "count_recovery_codes":
                    return Described.Count(Either(
                        () => client.CountRecoveryCodes(ServiceId, UserId),
                        () => client.CountRecoveryCodesAsync(ServiceId, UserId)));
                case "delete_recovery_codes":
                    return Done(
                        () => client.DeleteRecoveryCodes(ServiceId, UserId),
                        () => client.DeleteRecoveryCodesAsync(ServiceId, UserId));
                case "verify":
                    return Described.Verification(told["challenge"] == null
                        ? Either(
                            () => client.Verify(ServiceId, UserId, Text("token")),
                            () => client.VerifyAsync(ServiceId, UserId, Text("token")))
                        : Either(
                            () => client.Verify(ServiceId, UserId, Text("token"), Challenge()),
                            () => client.VerifyAsync(ServiceId, UserId, Text("token"), Challenge())));
                default:
                    throw new ArgumentException("no operation is called " + operation);
            }
        }

        private T Either<T>(Func<T> waits, Func<Task<T>> task)
        {
            return isBlocking ? waits() : task().GetAwaiter().GetResult();
        }

        private JToken Done(Action waits, Func<Task> task)
        {
            if (isBlocking)
            {
                waits();
            }
            else
            {
                task().GetAwaiter().GetResult();
            }
            return JValue.CreateNull();
        }

        private string Text(string name)
        {
            return Runner.Text(told[name]);
        }

        private long Number(string name)
        {
            return (long)told[name];
        }

        private Challenge Challenge()
        {
            JToken challenge = told["challenge"];
            if (challenge.Type == JTokenType.Null)
            {
                return null;
            }
            return new Challenge(MethodOf(challenge["method"]), Runner.Text(challenge["auth_id"]));
        }

        // A method by its name, or a number that may be none.
        private static Method MethodOf(JToken method)
        {
            return method.Type == JTokenType.Integer
                ? (Method)(int)method
                : Described.Methods.Single(each => each.Value == Runner.Text(method)).Key;
        }
    }
}
