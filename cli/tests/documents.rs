//! Manual pages and completions, which are made from the same description as `--help`.

use std::process::Command;

use crate::support::{Cli, run};

#[test]
fn each_shell_reads_its_completion_and_finishes_a_word() {
    let cli = Cli::new();
    let bash = cli.write("completion", cli.prints(&["completion", "bash"]));
    let finished = run(Command::new("bash").args([
        "--norc",
        "-c",
        r#". "$1"; [[ $(complete -p verigator) =~ -F\ ([^ ]+) ]]
        COMP_WORDS=(verigator user recovery-c) COMP_CWORD=2
        "${BASH_REMATCH[1]}" verigator recovery-c user; echo "${COMPREPLY[*]}""#,
        "bash",
        &bash,
    ]));
    assert_eq!(finished, "recovery-codes\n");
    for (shell, told) in [
        ("zsh", "#compdef verigator"),
        ("fish", "complete -c verigator"),
    ] {
        let script = cli.prints(&["completion", shell]);
        assert!(
            script.starts_with(told) || script.contains(told),
            "{shell}: {script}"
        );
    }
    cli.run(&["completion", "tcsh"]).could_not("tcsh");
}

#[test]
fn there_is_a_manual_page_for_each_command_that_people_are_told_of() {
    let cli = Cli::new();
    let folder = cli.home.path().join("documents");
    cli.prints(&["documents", folder.to_str().unwrap()]);
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let page = read("man/verigator.1");
    assert!(
        page.contains("\\-\\-password\\-file") && page.contains(".SH EXAMPLES"),
        "{page}"
    );
    assert!(read("man/verigator-user-import.1").contains("id_in_service"));
    assert!(!folder.join("man/verigator-documents.1").exists());
    assert_eq!(
        read("bash/verigator.bash"),
        cli.prints(&["completion", "bash"])
    );
}

#[test]
fn help_tells_of_every_command_and_its_exit_codes() {
    let help = Cli::new().prints(&["--help"]);
    for part in [
        "login",
        "start",
        "verify",
        "service",
        "user",
        "ping",
        "config",
        "completion",
        "--json",
        "--quiet",
        "0 for yes",
        "Examples:",
    ] {
        assert!(help.contains(part), "{part} in\n{help}");
    }
}
