using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Verigator
{
    // How the answer of each kind of call is read. The handle that it is read from is kept, by `using`,
    // until it has been.
    internal static class Answers
    {
        // A call that deletes has no answer but its status.
        internal static bool Nothing(CallHandle call)
        {
            return true;
        }

        internal static long Remaining(CallHandle call)
        {
            return Raw.verigator_call_remaining(call);
        }

        internal static Service Service(CallHandle call)
        {
            using (ServiceHandle service = Held(Raw.verigator_call_service(call)))
            {
                return new Service(Text.Out(Raw.verigator_service_id(service)),
                    Text.Out(Raw.verigator_service_name(service)),
                    Text.Out(Raw.verigator_service_ctime(service)));
            }
        }

        internal static ServiceList Services(CallHandle call)
        {
            using (ServicesHandle services = Held(Raw.verigator_call_services(call)))
            {
                List<Service> listed = Each(Raw.verigator_services_count(services),
                    index => new Service(Text.Out(Raw.verigator_services_id(services, index)),
                        Text.Out(Raw.verigator_services_name(services, index)),
                        Text.Out(Raw.verigator_services_ctime(services, index))));
                return new ServiceList(listed, (long)Raw.verigator_services_total(services),
                    Text.Out(Raw.verigator_services_next_cursor(services)));
            }
        }

        internal static User User(CallHandle call)
        {
            using (UserHandle user = Held(Raw.verigator_call_user(call)))
            {
                return new User(Text.Out(Raw.verigator_user_id(user)),
                    Text.Out(Raw.verigator_user_ctime(user)),
                    Text.Out(Raw.verigator_user_id_in_service(user)));
            }
        }

        internal static UserList Users(CallHandle call)
        {
            using (UsersHandle users = Held(Raw.verigator_call_users(call)))
            {
                List<User> listed = Each(Raw.verigator_users_count(users),
                    index => new User(Text.Out(Raw.verigator_users_id(users, index)),
                        Text.Out(Raw.verigator_users_ctime(users, index)),
                        Text.Out(Raw.verigator_users_id_in_service(users, index))));
                return new UserList(listed, (long)Raw.verigator_users_total(users),
                    Text.Out(Raw.verigator_users_next_cursor(users)));
            }
        }

        internal static Challenge Challenge(CallHandle call)
        {
            using (ChallengeHandle challenge = Held(Raw.verigator_call_challenge(call)))
            {
                return new Challenge((Method)Raw.verigator_challenge_method(challenge),
                    Text.Out(Raw.verigator_challenge_auth_id(challenge)));
            }
        }

        internal static Verification Verification(CallHandle call)
        {
            using (VerificationHandle answer = Held(Raw.verigator_call_verification(call)))
            {
                int method = Raw.verigator_verification_method(answer);
                return new Verification(Raw.verigator_verification_verified(answer) == 1,
                    method == 0 ? (Method?)null : (Method)method,
                    Raw.verigator_verification_throttled(answer) == 1,
                    Raw.verigator_verification_expired(answer) == 1,
                    Raw.verigator_verification_invalid(answer) == 1,
                    Text.Out(Raw.verigator_verification_result(answer)));
            }
        }

        internal static Enrolment Enrolment(CallHandle call)
        {
            using (EnrolmentHandle enrolment = Held(Raw.verigator_call_enrolment(call)))
            {
                return new Enrolment(Text.Out(Raw.verigator_enrolment_secret(enrolment)),
                    Text.Out(Raw.verigator_enrolment_uri(enrolment)),
                    Text.Out(Raw.verigator_enrolment_qr_svg(enrolment)),
                    Raw.verigator_enrolment_replaced(enrolment) == 1);
            }
        }

        internal static EnrolmentLink EnrolmentLink(CallHandle call)
        {
            using (EnrolmentLinkHandle link = Held(Raw.verigator_call_enrolment_link(call)))
            {
                return new EnrolmentLink(Text.Out(Raw.verigator_enrolment_link_url(link)),
                    Text.Out(Raw.verigator_enrolment_link_expires_at(link)),
                    Raw.verigator_enrolment_link_replaced(link) == 1);
            }
        }

        internal static TotpState TotpState(CallHandle call)
        {
            using (TotpStateHandle state = Held(Raw.verigator_call_totp_state(call)))
            {
                return new TotpState(Raw.verigator_totp_state_confirmed(state) == 1,
                    Raw.verigator_totp_state_pending(state) == 1);
            }
        }

        internal static RecoveryCodes RecoveryCodes(CallHandle call)
        {
            using (RecoveryCodesHandle codes = Held(Raw.verigator_call_recovery_codes(call)))
            {
                return new RecoveryCodes(Each(Raw.verigator_recovery_codes_count(codes),
                    index => Text.Out(Raw.verigator_recovery_codes_get(codes, index))));
            }
        }

        // The handle of an answer, which is there, unless there was no room for another handle.
        private static T Held<T>(T answer)
            where T : SafeHandle
        {
            if (answer.IsInvalid)
            {
                throw Failure.OfMemory("there is no room for another handle");
            }
            return answer;
        }

        private static List<T> Each<T>(UIntPtr count, Func<UIntPtr, T> read)
        {
            var all = new List<T>((int)count);
            for (int index = 0; index < (int)count; index++)
            {
                all.Add(read((UIntPtr)index));
            }
            return all;
        }
    }
}
