//! The operations: what each is given, and what its value consists of.

pub struct Operation {
    pub name: &'static str,
    /// Arguments that every case gives.
    pub arguments: &'static [&'static str],
    /// Arguments that a case may leave out.
    pub optional: &'static [&'static str],
    /// The members of its value; none where the value is null.
    pub value: &'static [&'static str],
    /// The members of the value of C's function with a single output, if there is one.
    pub simple_value: &'static [&'static str],
}

const SERVICE: &[&str] = &["id", "name", "ctime"];
const USER: &[&str] = &["id", "ctime", "id_in_service"];
const USERS: &[&str] = &["users", "total", "next_cursor"];
const THE_USER: &[&str] = &["service_id", "user_id"];

const fn operation(
    name: &'static str,
    arguments: &'static [&'static str],
    value: &'static [&'static str],
) -> Operation {
    Operation {
        name,
        arguments,
        optional: &[],
        value,
        simple_value: &[],
    }
}

const OPERATIONS: &[Operation] = &[
    operation("create_service", &["fqdn", "name"], SERVICE),
    operation("find_service", &["fqdn"], SERVICE),
    operation("get_service", &["service_id"], SERVICE),
    operation("delete_service", &["service_id"], &[]),
    Operation {
        optional: &["cursor"],
        ..operation(
            "page_services",
            &["limit"],
            &["services", "total", "next_cursor"],
        )
    },
    operation(
        "create_user",
        &["service_id", "phone_number", "id_in_service"],
        USER,
    ),
    operation("find_user", &["service_id", "id_in_service"], USER),
    operation("get_user", THE_USER, USER),
    operation("delete_user", THE_USER, &[]),
    operation("unlock_user", THE_USER, &[]),
    operation("list_users", &["service_id"], USERS),
    Operation {
        optional: &["cursor"],
        ..operation("page_users", &["service_id", "limit"], USERS)
    },
    Operation {
        simple_value: &["method"],
        ..operation(
            "initiate",
            &["service_id", "user_id", "method"],
            &["method", "auth_id"],
        )
    },
    Operation {
        optional: &["challenge"],
        simple_value: &["verified"],
        ..operation(
            "verify",
            &["service_id", "user_id", "token"],
            &[
                "verified",
                "method",
                "throttled",
                "expired",
                "invalid",
                "result",
            ],
        )
    },
    operation(
        "begin_totp",
        THE_USER,
        &["secret", "uri", "qr_svg", "replaced"],
    ),
    operation(
        "create_totp_link",
        &["service_id", "user_id", "lifetime_seconds"],
        &["url", "expires_at", "replaced"],
    ),
    operation("confirm_totp", &["service_id", "user_id", "token"], &[]),
    operation("get_totp", THE_USER, &["confirmed", "pending"]),
    operation("delete_totp", THE_USER, &[]),
    operation("create_recovery_codes", THE_USER, &["codes"]),
    operation("count_recovery_codes", THE_USER, &["remaining"]),
    operation("delete_recovery_codes", THE_USER, &[]),
];

impl Operation {
    pub fn named(name: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|operation| operation.name == name)
    }
}
