//! A change of the C ABI does not go unnoticed: `scripts/abi-check` on copies of the description in
//! which something was changed.

use std::fs;
use std::process::Command;

use serde_json::Value;

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
            "include/verigator.json",
            "packaging/declarations.py",
            "packaging/settings",
            "packaging/abi/constants",
            "packaging/abi/verigator.abi",
            "scripts/abi-check",
            "scripts/lib/arguments",
        ] {
            let to = copy.folder.path().join(name);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(name, to).unwrap();
        }
        copy.versions(FIRST, "Unreleased");
        copy
    }

    /// A copy whose description is another one.
    fn with(change: impl FnOnce(&mut Value)) -> Self {
        let copy = Self::new();
        let path = copy.folder.path().join("include/verigator.json");
        let mut api = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        change(&mut api);
        fs::write(path, api.to_string()).unwrap();
        copy
    }

    /// Another version, and the newest heading of the changelog.
    fn versions(&self, version: &str, heading: &str) {
        let manifest = fs::read_to_string("Cargo.toml").unwrap();
        let ours = concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"");
        let manifest = manifest.replacen(ours, &format!("version = \"{version}\""), 1);
        fs::write(self.folder.path().join("Cargo.toml"), manifest).unwrap();
        let heading = format!(
            "## [{heading}]{}\n",
            if heading == version {
                " - 2026-11-28"
            } else {
                ""
            }
        );
        fs::write(self.folder.path().join("CHANGELOG.md"), heading).unwrap();
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

/// The version since which an addition is there.
const SINCE: &str = concat!(
    env!("CARGO_PKG_VERSION_MAJOR"),
    ".",
    env!("CARGO_PKG_VERSION_MINOR")
);

/// The first version that has it.
const FIRST: &str = concat!(
    env!("CARGO_PKG_VERSION_MAJOR"),
    ".",
    env!("CARGO_PKG_VERSION_MINOR"),
    ".0"
);

/// What has this name in one part of the description.
fn item<'a>(api: &'a mut Value, part: &str, name: &str) -> &'a mut Value {
    let mut items = api[part].as_array_mut().unwrap().iter_mut();
    items.find(|item| item["name"] == name).unwrap()
}

fn function<'a>(api: &'a mut Value, name: &str) -> &'a mut Value {
    item(api, "functions", name)
}

/// Takes a function out.
fn without_version(api: &mut Value) {
    let functions = api["functions"].as_array_mut().unwrap();
    functions.retain(|function| function["name"] != "verigator_version");
}

#[test]
fn the_abi_is_that_of_the_baseline() {
    Copy::new().passes();
}

#[test]
fn a_function_that_is_gone() {
    Copy::with(without_version).is_broken("1 Removed");
}

#[test]
fn a_parameter_of_another_type() {
    let copy = Copy::with(|api| {
        function(api, "verigator_users_id")["parameters"][1]["type"] = "uint32_t".into();
    });
    copy.is_broken("from size_t to uint32_t");
}

#[test]
fn a_handle_of_another_kind() {
    let copy = Copy::with(|api| {
        function(api, "verigator_users_count")["parameters"][0]["type"] =
            "const verigator_user *".into();
    });
    copy.is_broken("changed to 'const verigator_user'");
}

#[test]
fn a_result_of_another_type() {
    let copy = Copy::with(|api| {
        function(api, "verigator_version")["returns"]["type"] = "const void *".into();
    });
    copy.is_broken("return type changed");
}

#[test]
fn a_wider_type() {
    let copy = Copy::with(|api| {
        item(api, "numbers", "verigator_kind")["type"] = "int64_t".into();
    });
    copy.is_broken("from int32_t to int64_t");
}

#[test]
fn a_constant_of_another_value() {
    let copy = Copy::with(|api| {
        item(api, "constants", "VERIGATOR_CONFLICT")["value"] = 408.into();
    });
    copy.is_broken("VERIGATOR_CONFLICT 409");
}

/// A description with a function more, which is there since this version.
fn with_a_function(since: &str) -> Copy {
    Copy::with(|api| {
        let mut added = function(api, "verigator_version").clone();
        added["name"] = "verigator_added".into();
        added["since"] = since.into();
        api["functions"].as_array_mut().unwrap().push(added);
    })
}

#[test]
fn an_addition_says_since_when() {
    let copy = with_a_function("0.9");
    for arguments in [&[][..], &["--update"]] {
        let said = format!("Since {SINCE}.");
        copy.fails(arguments, &["new, but not with", &said, "verigator_added"]);
    }
}

#[test]
fn an_addition_asks_for_a_new_baseline() {
    let copy = with_a_function(SINCE);
    copy.fails(&[], &["new: verigator_added", "make abi-baseline"]);
    assert_eq!(copy.check(&["--update"]), (true, String::new()));
    copy.passes();
}

#[test]
fn what_is_released_and_what_only_mends_gets_no_additions() {
    let copy = with_a_function(SINCE);
    let mending = format!("{SINCE}.1");
    for (version, heading) in [(FIRST, FIRST), (&mending, "Unreleased")] {
        copy.versions(version, heading);
        for arguments in [&[][..], &["--update"]] {
            let said = format!("{version} can bring nothing more: verigator_added");
            copy.fails(arguments, &[&said, "Raise the minor version"]);
        }
    }
}

#[test]
fn a_constant_is_an_addition_too() {
    let copy = Copy::with(|api| {
        let mut added = item(api, "constants", "VERIGATOR_METHOD_SMS").clone();
        added["name"] = "VERIGATOR_METHOD_PUSH".into();
        added["value"] = 4.into();
        added["since"] = SINCE.into();
        api["constants"].as_array_mut().unwrap().push(added);
    });
    copy.fails(&[], &["new: VERIGATOR_METHOD_PUSH", "make abi-baseline"]);
}

/// With a new SONAME everything may change, once it is the baseline.
#[test]
fn another_major_version() {
    let copy = Copy::with(without_version);
    copy.versions("2.0.0", "Unreleased");
    copy.fails(&[], &["that of libverigator.so.1", "libverigator.so.2"]);
    assert_eq!(copy.check(&["--update"]), (true, String::new()));
    copy.passes();
}
