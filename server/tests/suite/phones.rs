//! Phone numbers that were stored before the numbering plans were known.

use verigator_server::model::{Service, User};
use verigator_server::storage::{Error, Storage, Target};

use crate::harness::wait;
use crate::process::Files;

fn target() -> Target {
    Target {
        account: Some("mine".to_owned()),
        address: None,
        service: "s".to_owned(),
    }
}

/// Registers a user with a number as it is.
fn register(storage: &Storage, id: &str, phone_number: &str) -> Result<(), Error> {
    let user = User {
        id: id.to_owned(),
        phone_number: phone_number.to_owned(),
        id_in_service: id.to_owned(),
        ctime: 0,
    };
    wait(storage.register_user(target(), &user))
}

#[test]
fn an_old_spelling_and_a_new_one_are_one_user() {
    let files = Files::new();
    let storage = files.storage();
    let service = Service {
        id: "s".to_owned(),
        fqdn: "example.com".to_owned(),
        name: "Example".to_owned(),
        ctime: 0,
    };
    wait(storage.create_service("mine", None, &service)).unwrap();
    for (id, number) in [
        ("old", "+4407911123456"),
        ("first", "+4407911123457"),
        ("second", "+447911123457"),
        ("unknown", "+999"),
    ] {
        register(&storage, id, number).unwrap();
    }
    for number in 0..600 {
        register(
            &storage,
            &format!("u{number}"),
            &format!("+44079111{number:05}"),
        )
        .unwrap();
    }
    files
        .database
        .column("INSERT INTO old_phone_numbers SELECT id FROM users RETURNING user_id");
    wait(storage.respell_phone_numbers()).unwrap();

    let number = |id: &str| {
        wait(storage.user(target(), id.to_owned()))
            .unwrap()
            .phone_number
    };
    assert_eq!(number("old"), "+447911123456");
    assert_eq!(number("first"), "+4407911123457", "another user has it");
    assert_eq!(number("second"), "+447911123457");
    assert_eq!(number("unknown"), "+999", "no number at all");
    assert_eq!(number("u599"), "+447911100599");
    let again = register(&storage, "new", "+447911123456");
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    let left = files
        .database
        .column("SELECT user_id FROM old_phone_numbers");
    assert_eq!(left, []);
}
