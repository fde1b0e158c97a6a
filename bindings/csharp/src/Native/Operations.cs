namespace Verigator
{
    // Each operation of the service, with its arguments.
    internal static class Operations
    {
        internal static Operation<Service> CreateService(string fqdn, string name)
        {
            return new Operation<Service>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_service_create(
                    context, Text.In(fqdn), Text.In(name), out call),
                Answers.Service);
        }

        internal static Operation<Service> GetService(string serviceId)
        {
            return new Operation<Service>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_service_get(
                    context, Text.In(serviceId), out call),
                Answers.Service);
        }

        internal static Operation<Service> FindService(string fqdn)
        {
            return new Operation<Service>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_service_find(
                    context, Text.In(fqdn), out call),
                Answers.Service);
        }

        internal static Operation<ServiceList> ListServices(long limit, string cursor)
        {
            return new Operation<ServiceList>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_service_page(
                    context, limit, Text.In(cursor), out call),
                Answers.Services);
        }

        internal static Operation<bool> DeleteService(string serviceId)
        {
            return new Operation<bool>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_service_delete(
                    context, Text.In(serviceId), out call),
                Answers.Nothing);
        }

        internal static Operation<User> CreateUser(
            string serviceId, string phoneNumber, string idInService)
        {
            return new Operation<User>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_user_create(
                    context, Text.In(serviceId), Text.In(phoneNumber), Text.In(idInService), out call),
                Answers.User);
        }

        internal static Operation<User> GetUser(string serviceId, string userId)
        {
            return new Operation<User>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_user_get(
                    context, Text.In(serviceId), Text.In(userId), out call),
                Answers.User);
        }

        internal static Operation<User> FindUser(string serviceId, string idInService)
        {
            return new Operation<User>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_user_find(
                    context, Text.In(serviceId), Text.In(idInService), out call),
                Answers.User);
        }

        internal static Operation<UserList> ListUsers(string serviceId)
        {
            return new Operation<UserList>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_user_list(
                    context, Text.In(serviceId), out call),
                Answers.Users);
        }

        internal static Operation<UserList> PageUsers(string serviceId, long limit, string cursor)
        {
            return new Operation<UserList>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_user_page(
                    context, Text.In(serviceId), limit, Text.In(cursor), out call),
                Answers.Users);
        }

        internal static Operation<bool> UnlockUser(string serviceId, string userId)
        {
            return new Operation<bool>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_user_unlock(
                    context, Text.In(serviceId), Text.In(userId), out call),
                Answers.Nothing);
        }

        internal static Operation<bool> DeleteUser(string serviceId, string userId)
        {
            return new Operation<bool>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_user_delete(
                    context, Text.In(serviceId), Text.In(userId), out call),
                Answers.Nothing);
        }

        internal static Operation<Challenge> Initiate(
            string serviceId, string userId, Method method)
        {
            return new Operation<Challenge>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_auth_start(
                    context, Text.In(serviceId), Text.In(userId), (int)method, out call),
                Answers.Challenge);
        }

        internal static Operation<Verification> Verify(
            string serviceId, string userId, string token, Challenge challenge)
        {
            return new Operation<Verification>(
                (CtxHandle context, out CallHandle call) =>
                {
                    using (ChallengeHandle handle = HandleOf(challenge))
                    {
                        return Raw.verigator_call_auth_check(
                            context, Text.In(serviceId), Text.In(userId), handle, Text.In(token), out call);
                    }
                },
                Answers.Verification);
        }

        internal static Operation<Verification> Verify(
            string serviceId, string userId, string token)
        {
            return new Operation<Verification>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_auth_check_token(
                    context, Text.In(serviceId), Text.In(userId), Text.In(token), out call),
                Answers.Verification);
        }

        internal static Operation<Enrolment> BeginTotp(string serviceId, string userId)
        {
            return new Operation<Enrolment>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_totp_begin(
                    context, Text.In(serviceId), Text.In(userId), out call),
                Answers.Enrolment);
        }

        internal static Operation<EnrolmentLink> CreateTotpLink(
            string serviceId, string userId, long lifetimeSeconds)
        {
            return new Operation<EnrolmentLink>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_totp_link_create(
                    context, Text.In(serviceId), Text.In(userId), lifetimeSeconds, out call),
                Answers.EnrolmentLink);
        }

        internal static Operation<bool> ConfirmTotp(string serviceId, string userId, string token)
        {
            return new Operation<bool>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_totp_confirm(
                    context, Text.In(serviceId), Text.In(userId), Text.In(token), out call),
                Answers.Nothing);
        }

        internal static Operation<TotpState> GetTotp(string serviceId, string userId)
        {
            return new Operation<TotpState>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_totp_get(
                    context, Text.In(serviceId), Text.In(userId), out call),
                Answers.TotpState);
        }

        internal static Operation<bool> DeleteTotp(string serviceId, string userId)
        {
            return new Operation<bool>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_totp_delete(
                    context, Text.In(serviceId), Text.In(userId), out call),
                Answers.Nothing);
        }

        internal static Operation<RecoveryCodes> CreateRecoveryCodes(
            string serviceId, string userId)
        {
            return new Operation<RecoveryCodes>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_recovery_codes_create(
                    context, Text.In(serviceId), Text.In(userId), out call),
                Answers.RecoveryCodes);
        }

        internal static Operation<long> CountRecoveryCodes(string serviceId, string userId)
        {
            return new Operation<long>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_recovery_codes_remaining(
                    context, Text.In(serviceId), Text.In(userId), out call),
                Answers.Remaining);
        }

        internal static Operation<bool> DeleteRecoveryCodes(string serviceId, string userId)
        {
            return new Operation<bool>(
                (CtxHandle context, out CallHandle call) => Raw.verigator_call_recovery_codes_delete(
                    context, Text.In(serviceId), Text.In(userId), out call),
                Answers.Nothing);
        }

        private static ChallengeHandle HandleOf(Challenge challenge)
        {
            if (challenge == null)
            {
                throw Failure.OfArgument("challenge is null; pass what Initiate returned, or " +
                    "leave it out to check the token alone");
            }
            int method = (int)challenge.Method;
            Failure.Check(Raw.verigator_challenge_new(
                method, Text.In(challenge.AuthId), out ChallengeHandle handle));
            return handle;
        }
    }
}
