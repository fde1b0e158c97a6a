// The C header from C++: it links, and a login goes through.
#include "check.h"

extern "C" {
#include "phone.h"
}

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    verigator_ctx *ctx = context(argv[1]);
    verigator_service *service = nullptr;
    verigator_user *user = nullptr;
    verigator_method method = 0;
    int32_t verified = 0;
    char pin[7];
    CHECK_STATUS(verigator_service_create(ctx, "cpp.example", "C++", &service), VERIGATOR_OK);
    const char *service_id = verigator_service_id(service);
    CHECK_STATUS(verigator_user_create(ctx, service_id, "+3725552222", "kaisa", &user),
                 VERIGATOR_OK);
    const char *user_id = verigator_user_id(user);
    CHECK_STATUS(verigator_auth_initiate(ctx, service_id, user_id, VERIGATOR_METHOD_SMS, &method),
                 VERIGATOR_OK);
    CHECK(method == VERIGATOR_METHOD_SMS);
    CHECK(phone_read_pin(argv[1], user_id, pin));
    CHECK_STATUS(verigator_auth_verify(ctx, service_id, user_id, pin, &verified), VERIGATOR_OK);
    CHECK(verified);
    CHECK_STATUS(verigator_service_delete(ctx, service_id), VERIGATOR_OK);
    verigator_user_free(user);
    verigator_service_free(service);
    verigator_ctx_free(ctx);
    return finish();
}
