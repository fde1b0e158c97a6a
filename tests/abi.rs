//! A change of the C ABI does not go unnoticed: `scripts/abi-check` on copies of the header in which
//! something was changed.

use std::fs;
use std::process::Command;

/// A copy of what the check reads.
struct Copy {
    folder: tempfile::TempDir,
}

impl Copy {
    fn new() -> Self {
        let copy = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for name in [
            "Cargo.toml",
            "include/verigator.h",
            "packaging/settings",
            "packaging/abi/constants",
            "packaging/abi/verigator.abi",
            "scripts/abi-check",
        ] {
            let to = copy.folder.path().join(name);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(name, to).unwrap();
        }
        copy
    }

    /// A copy whose header has another text in one place.
    fn with(old: &str, new: &str) -> Self {
        let copy = Self::new();
        copy.replace("include/verigator.h", old, new);
        copy
    }

    fn replace(&self, file: &str, old: &str, new: &str) {
        let path = self.folder.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(old).count(), 1, "{old} in {file}");
        fs::write(&path, text.replace(old, new)).unwrap();
    }

    /// Whether the check passes, and what it says.
    fn check(&self, arguments: &[&str]) -> (bool, String) {
        let output = Command::new(self.folder.path().join("scripts/abi-check"))
            .args(arguments)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        (output.status.success(), said)
    }

    fn passes(&self) {
        assert_eq!(self.check(&[]), (true, String::new()));
    }

    fn fails(&self, arguments: &[&str], why: &[&str]) {
        let (passed, said) = self.check(arguments);
        assert!(
            !passed && why.iter().all(|why| said.contains(why)),
            "{said}"
        );
    }

    /// A change that programs would notice, which the check tells and does not take as the baseline.
    fn is_broken(&self, what: &str) {
        for arguments in [&[][..], &["--update"]] {
            self.fails(
                arguments,
                &["libverigator.so.1 would break", what, "major version"],
            );
        }
    }
}

/// What the comment of an addition has to say.
const SINCE: &str = concat!(
    "Since ",
    env!("CARGO_PKG_VERSION_MAJOR"),
    ".",
    env!("CARGO_PKG_VERSION_MINOR"),
    "."
);

const VERSION: &str = "VERIGATOR_API\nconst char *VERIGATOR_CALL verigator_version(void);";

#[test]
fn the_abi_is_that_of_the_baseline() {
    Copy::new().passes();
}

#[test]
fn a_function_that_is_gone() {
    Copy::with(VERSION, "").is_broken("1 Removed");
}

#[test]
fn a_parameter_of_another_type() {
    let copy = Copy::with(
        "VERIGATOR_CALL verigator_users_id(const verigator_users *users,\n                                              size_t index);",
        "VERIGATOR_CALL verigator_users_id(const verigator_users *users,\n                                              uint32_t index);",
    );
    copy.is_broken("from size_t to uint32_t");
}

#[test]
fn a_handle_of_another_kind() {
    let copy = Copy::with(
        "VERIGATOR_API size_t VERIGATOR_CALL verigator_users_count(const verigator_users *users);",
        "VERIGATOR_API size_t VERIGATOR_CALL verigator_users_count(const verigator_user *users);",
    );
    copy.is_broken("changed to 'const verigator_user'");
}

#[test]
fn a_result_of_another_type() {
    let copy = Copy::with(
        VERSION,
        "VERIGATOR_API\nconst void *VERIGATOR_CALL verigator_version(void);",
    );
    copy.is_broken("return type changed");
}

#[test]
fn a_wider_type() {
    let copy = Copy::with(
        "typedef int32_t verigator_kind;",
        "typedef int64_t verigator_kind;",
    );
    copy.is_broken("from int32_t to int64_t");
}

#[test]
fn a_constant_of_another_value() {
    let copy = Copy::with("VERIGATOR_CONFLICT 409", "VERIGATOR_CONFLICT 408");
    copy.is_broken("VERIGATOR_CONFLICT 409");
}

/// The header with one function more.
fn with_a_function(comment: &str) -> Copy {
    let added = format!("/** {comment} */\nVERIGATOR_API int32_t verigator_added(void);\n\n#ifdef");
    // The last one, which closes the functions.
    Copy::with("#ifdef __cplusplus\n}", &format!("{added} __cplusplus\n}}"))
}

#[test]
fn an_addition_says_since_when() {
    let copy = with_a_function("Does something new.");
    for arguments in [&[][..], &["--update"]] {
        copy.fails(arguments, &["new, but not with", SINCE, "verigator_added"]);
    }
}

#[test]
fn an_addition_asks_for_a_new_baseline() {
    let copy = with_a_function(&format!("Does something new. {SINCE}"));
    copy.fails(&[], &["new: verigator_added", "make abi-baseline"]);
    assert_eq!(copy.check(&["--update"]), (true, String::new()));
    copy.passes();
}

#[test]
fn a_constant_is_an_addition_too() {
    let next = "/**\n * TLS 1.2 (RFC 5246).";
    let new = format!("/** A new one. {SINCE} */\n#define VERIGATOR_METHOD_PUSH 3\n\n{next}");
    let copy = Copy::with(next, &new);
    copy.fails(&[], &["new: VERIGATOR_METHOD_PUSH", "make abi-baseline"]);
}

/// With a new SONAME everything may change, once it is the baseline.
#[test]
fn another_major_version() {
    let copy = Copy::with(VERSION, "");
    let version = concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"");
    copy.replace("Cargo.toml", version, "version = \"2.0.0\"");
    copy.fails(&[], &["that of libverigator.so.1", "libverigator.so.2"]);
    assert_eq!(copy.check(&["--update"]), (true, String::new()));
    copy.passes();
}
