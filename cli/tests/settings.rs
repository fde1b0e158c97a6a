//! Settings: which go before which, and who may read the file.

use serde_json::Value;

use crate::support::scripted::Scripted;
use crate::support::{Cli, allow};

/// What `config check` finds a setting to be, and from where.
#[track_caller]
fn found(cli: &Cli, name: &str, arguments: &[&str]) -> (String, String) {
    let checked = cli.json("settings", &[&["config", "check"], arguments].concat());
    let settings = checked["settings"].as_array().unwrap().iter();
    let mut named = settings.filter(|setting| setting["name"] == name);
    let setting = named
        .next()
        .unwrap_or_else(|| panic!("no {name} in {checked}"));
    let text = |value: &Value| value.as_str().unwrap_or("(a secret)").to_owned();
    (text(&setting["value"]), text(&setting["source"]))
}

const FILE: &str = "\
username = \"of-the-file\"
password = \"secret-of-the-file\"
timeout = 7

[profile.staging]
username = \"of-staging\"
";

#[test]
fn what_is_nearer_goes_before_what_is_farther() {
    let cli = Cli::new();
    let file = cli.write_settings(FILE);
    let file = file.to_str().unwrap();
    let profile = format!("profile staging of {file}");
    let elsewhere = Cli::new()
        .with("HOME", cli.home.path().to_str().unwrap())
        .with("VERIGATOR_USERNAME", "of-the-environment");
    let both = Cli::new()
        .with("HOME", cli.home.path().to_str().unwrap())
        .with("VERIGATOR_PROFILE", "staging");
    let all = Cli::new()
        .with("HOME", cli.home.path().to_str().unwrap())
        .with("VERIGATOR_PROFILE", "staging")
        .with("VERIGATOR_USERNAME", "of-the-environment");
    let flag = &["--username", "of-the-flag"][..];
    let named = &["--profile", "staging"][..];
    for (cli, arguments, value, source) in [
        (&cli, &[][..], "of-the-file", file),
        (&cli, named, "of-staging", &profile),
        (&cli, flag, "of-the-flag", "--username"),
        (&both, &[], "of-staging", &profile),
        (&elsewhere, &[], "of-the-environment", "VERIGATOR_USERNAME"),
        (&all, &[], "of-the-environment", "VERIGATOR_USERNAME"),
        (&all, flag, "of-the-flag", "--username"),
        // Whoever names a profile means it, whatever the shell was told once.
        (&all, named, "of-staging", &profile),
        (
            &all,
            &["--profile", "staging", "--username", "of-the-flag"],
            "of-the-flag",
            "--username",
        ),
    ] {
        let expected = (value.to_owned(), source.to_owned());
        assert_eq!(found(cli, "username", arguments), expected, "{arguments:?}");
    }
    // A profile says what is different, and no more.
    assert_eq!(found(&cli, "timeout", named), ("7".into(), file.into()));
    assert_eq!(found(&cli, "base-url", &[]).1, "the default");
}

#[test]
fn the_file_is_where_the_desktop_says_and_no_folder_of_the_day() {
    let cli = Cli::new();
    let folder = cli.home.path().join("xdg");
    std::fs::create_dir_all(folder.join("verigator")).unwrap();
    cli.write("xdg/verigator/config.toml", "username = \"of-xdg\"\n");
    let of = |folder: &str| {
        Cli::new()
            .with("HOME", cli.home.path().to_str().unwrap())
            .with("XDG_CONFIG_HOME", folder)
    };
    assert_eq!(
        found(&of(folder.to_str().unwrap()), "username", &[]).0,
        "of-xdg"
    );
    cli.write_settings("username = \"of-home\"\n");
    // The standard has relative paths passed over.
    assert_eq!(found(&of("xdg"), "username", &[]).0, "of-home");
    let other = cli.write("other.toml", "username = \"of-other\"\n");
    assert_eq!(found(&cli, "username", &["--config", &other]).0, "of-other");
    let named = cli.run(&["config", "check", "--config", "/nowhere.toml"]);
    named.could_not("there is no file /nowhere.toml");
}

#[test]
fn a_password_that_others_can_read_is_refused() {
    let cli = Cli::new();
    let file = cli.write_settings(FILE);
    let password = cli.write("password", "demo-password\n");
    let from_file = format!("username = \"demo\"\npassword-file = {password:?}\n");
    for (mode, is_private) in [
        (0o600, true),
        (0o400, true),
        (0o640, false),
        (0o604, false),
        (0o644, false),
        (0o620, false),
        (0o602, false),
    ] {
        allow(&file, mode);
        let ran = cli.run(&["config", "check"]);
        assert_eq!(ran.code == Some(0), is_private, "{mode:o}: {}", ran.stderr);
        if !is_private {
            ran.could_not("chmod 600");
        }
        allow(password.as_ref(), mode);
        let told = [
            "config",
            "check",
            "--password-file",
            &password,
            "--config",
            "/dev/null",
        ];
        assert_eq!(cli.run(&told).code == Some(0), is_private, "{mode:o}");
    }
    // Without a password there is nothing to hide, but something to change.
    std::fs::write(&file, &from_file).unwrap();
    allow(password.as_ref(), 0o600);
    for (mode, is_taken) in [(0o644, true), (0o664, true), (0o666, false)] {
        allow(&file, mode);
        assert_eq!(
            cli.run(&["config", "check"]).code == Some(0),
            is_taken,
            "{mode:o}"
        );
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_without_the_secret() {
    let cli = Cli::new();
    for (text, told) in [
        ("usernam = \"x\"\n", "\"usernam\" is no setting"),
        (
            "username = \"x\"\npassword = \"hunter2\"hunter2\"\n",
            "line 2 is not TOML",
        ),
        ("password = 'hunter2\nhunter2'\n", "is not TOML"),
        ("password = 42424242\n", "password must be a text in quotes"),
        ("timeout = \"hunter2\"\n", "a number of seconds"),
        ("profile = 3\n", "write [profile.NAME]"),
        ("[profile]\nx = 3\n", "write [profile.x]"),
        ("default-profile = \"y\"\n[profile.x]\n", "the profiles x"),
        (
            "password = \"hunter2\"\npassword-file = \"hunter2\"\n",
            "leave one of them out",
        ),
        ("username = \"a:b\"\n", "colon"),
        ("base-url = \"http://login.example.com\"\n", "http"),
        (
            "base-url = \"http://login.example.com\"\nallow-plain-http = \"perhaps\"\n",
            "http",
        ),
        ("max-retries = 11\n", "pass 0 to 10 (it is from"),
        (
            "ca-file = \"nowhere.pem\"\n",
            ".config/verigator/nowhere.pem",
        ),
    ] {
        cli.write_settings(text);
        let ran = cli.run(&["config", "check"]).could_not(told);
        let is_told = ran.stderr.contains("42424242")
            || ran.stderr.contains("hunter2\"")
            || ran.stderr.contains("hunter2'");
        assert!(text.contains("timeout") || !is_told, "{}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
    let profile = cli.run(&[
        "config",
        "check",
        "--profile",
        "none",
        "--config",
        "/dev/null",
    ]);
    profile.could_not("no profiles");
}

#[test]
fn no_secret_is_shown_and_none_is_taken_from_the_command_line() {
    let cli = Cli::new();
    cli.write_settings(FILE);
    for form in [
        &["config", "check"][..],
        &["config", "check", "--json"],
        &["-v", "config", "check"],
    ] {
        let ran = cli.run(form).succeeded();
        assert!(
            !format!("{}{}", ran.stdout, ran.stderr).contains("secret-of"),
            "{}",
            ran.stdout
        );
    }
    let help = cli.prints(&["login", "--help"]);
    assert!(
        help.contains("--password-file") && !help.contains("--password <"),
        "{help}"
    );
    cli.run(&["--password", "x", "ping"])
        .could_not("--password");
}

#[test]
fn a_password_comes_from_a_file_or_stdin_whatever_editor_saved_it() {
    let server = crate::support::server::Server::start();
    let cli = Cli::new()
        .with("VERIGATOR_BASE_URL", server.base_url())
        .with("VERIGATOR_USERNAME", "demo");
    for text in [
        "demo-password",
        "demo-password\n",
        "\u{feff}demo-password\r\n",
    ] {
        let file = cli.write("password", text);
        cli.run(&["ping", "--password-file", &file]).succeeded();
        let variable = Cli::new()
            .with("VERIGATOR_BASE_URL", server.base_url())
            .with("VERIGATOR_USERNAME", "demo")
            .with("VERIGATOR_PASSWORD_FILE", &file);
        variable.run(&["ping"]).succeeded();
    }
    cli.run_with(&["ping", "--password-file", "-"], "demo-password\n")
        .succeeded();
    cli.run(&["ping", "--password-file", "-"])
        .could_not("stdin has no line with the password");
    cli.run(&["ping", "--password-file", "/nowhere"])
        .could_not("named by --password-file");
}

#[test]
fn proxies_are_those_of_the_environment() {
    let proxy = Scripted::start(|_| Some((200, r#"{"services":[],"total":0}"#.into())));
    let cli = Cli::told("http://127.0.0.1:9").with("http_proxy", &proxy.base_url);
    cli.run(&["ping"]).succeeded();
    let asked = proxy.asked.lock().unwrap();
    assert!(
        asked[0].starts_with("GET http://127.0.0.1:9/v1/"),
        "{asked:?}"
    );
}
