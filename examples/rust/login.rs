//! A login from end to end: register a service and a user, send a PIN, and check what was typed.
//!
//! VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say where, and as whom. The exit code
//! is 0 for a yes, 1 for a no, and 2 when the service could not be asked.

use std::io::{self, Write};
use std::process::ExitCode;

use verigator::{Client, Config, Method, Result};

fn main() -> ExitCode {
    match register_and_log_in() {
        Ok(true) => {
            println!("Welcome!");
            ExitCode::SUCCESS
        }
        Ok(false) => {
            println!("Denied.");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

/// Registers Jane, logs her in, and takes everything back, also when that fails.
fn register_and_log_in() -> Result<bool> {
    let client = Client::new(&Config::from_env()?)?;
    let service = client.create_service("shop.example.com", "Example shop")?;
    let verified = client
        .create_user(&service.id, "+3725555555", "jane@example.com")
        .and_then(|user| log_in(&client, &service.id, &user.id));
    client.delete_service(&service.id)?;
    verified
}

/// Sends this user a PIN and gives them three attempts at typing it.
fn log_in(client: &Client, service_id: &str, user_id: &str) -> Result<bool> {
    let challenge = client.initiate(service_id, user_id, Method::Totp)?;
    for _ in 0..3 {
        let token = ask(match challenge.method {
            Method::Sms => "sms PIN: ",
            _ => "totp PIN: ",
        });
        let answer = client.verify(service_id, user_id, Some(&challenge), &token)?;
        if answer.verified {
            return Ok(true);
        }
        println!("That is not it.");
    }
    Ok(false)
}

/// What somebody types; nothing, if nobody is there.
fn ask(question: &str) -> String {
    print!("{question}");
    let mut line = String::new();
    let _ = io::stdout().flush();
    let _ = io::stdin().read_line(&mut line);
    line.trim_end().to_owned()
}
