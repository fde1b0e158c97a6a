//! The matrix of languages and cases, over all ways to make a call.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::case::Case;
use crate::language::{Language, WAYS, Way};
use crate::results::{self, Results};

type Cases = BTreeMap<String, Case>;

/// What came of one language.
struct Column<'a> {
    language: &'static Language,
    cells: Vec<Cell<'a>>,
    /// Results of what there is not.
    unknown: Vec<String>,
}

/// What came of one case in one way.
struct Cell<'a> {
    case: &'a Case,
    name: &'a str,
    way: Way,
    found: Found<'a>,
}

enum Found<'a> {
    Pass,
    /// For the reason in the case itself.
    Skipped(&'a str),
    /// Anything else, or nothing.
    Gap(String),
}

/// Prints the matrix, what is left out and why, and what is missing. Gives how much is missing.
pub fn print(cases: &Cases, languages: &[&'static Language]) -> io::Result<usize> {
    let read = |language: &&'static Language| {
        let results = results::read(&results::file(language))?;
        Ok(Column::new(language, cases, results))
    };
    let columns = languages.iter().map(read).collect::<io::Result<Vec<_>>>()?;
    print_matrix(cases, &columns);
    columns.iter().for_each(Column::print_skipped);
    let gaps: usize = columns.iter().map(Column::print_gaps).sum();
    let (languages, cases) = (columns.len(), cases.len());
    let found = if gaps == 0 {
        "no".to_owned()
    } else {
        gaps.to_string()
    };
    println!("\n{languages} languages x {cases} cases, in every way of each: {found} gaps");
    Ok(gaps)
}

fn print_matrix(cases: &Cases, columns: &[Column]) {
    let topics: BTreeSet<&str> = cases.values().map(|case| case.topic.as_str()).collect();
    print_row("", columns, |column| column.language.name.to_owned());
    for topic in topics {
        print_row(topic, columns, |column| {
            column.count(|cell| cell.case.topic == topic)
        });
    }
    println!();
    for way in WAYS {
        print_row(way.name(), columns, |column| {
            column.count(|cell| cell.way == way)
        });
    }
    print_row("all", columns, |column| column.count(|_| true));
}

fn print_row(name: &str, columns: &[Column], text: impl Fn(&Column) -> String) {
    let cells: String = columns
        .iter()
        .map(|column| format!("{:>15}", text(column)))
        .collect();
    println!("{name:<16}{cells}");
}

impl<'a> Column<'a> {
    fn new(language: &'static Language, cases: &'a Cases, mut results: Results) -> Self {
        let mut cells = Vec::new();
        for (name, case) in cases {
            let mut of_case = results.remove(name).unwrap_or_default();
            for (way, skipped) in results::due(language, case) {
                let found = Found::new(skipped, of_case.remove(way.name()));
                cells.push(Cell {
                    case,
                    name,
                    way,
                    found,
                });
            }
            results.insert(name.clone(), of_case);
        }
        let unknown = |(name, ways): (String, results::OfCase)| {
            ways.into_keys().map(move |way| format!("{way}/{name}"))
        };
        Self {
            language,
            cells,
            unknown: results.into_iter().flat_map(unknown).collect(),
        }
    }

    /// Of some cells those that pass, and how many are left out.
    fn count(&self, is_meant: impl Fn(&Cell) -> bool) -> String {
        let meant: Vec<&Cell> = self.cells.iter().filter(|cell| is_meant(cell)).collect();
        let of = |is: fn(&Found) -> bool| meant.iter().filter(|cell| is(&cell.found)).count();
        let passed = of(|found| matches!(found, Found::Pass));
        match (meant.len(), of(|found| matches!(found, Found::Skipped(_)))) {
            (0, _) => "-".to_owned(),
            (all, 0) => format!("{passed}/{all}"),
            (all, skipped) => format!("{passed}/{all} -{skipped}"),
        }
    }

    /// The reasons, each with its cases.
    fn print_skipped(&self) {
        let mut reasons: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for cell in &self.cells {
            if let Found::Skipped(why) = cell.found {
                reasons.entry(why).or_default().insert(cell.name);
            }
        }
        for (why, names) in reasons {
            let listed = names.iter().copied().collect::<Vec<_>>().join(", ");
            println!(
                "\n{} leaves out {}: {why}\n  {listed}",
                self.language.name,
                names.len()
            );
        }
    }

    /// Gives how many there are.
    fn print_gaps(&self) -> usize {
        let gap = |cell: &Cell| match &cell.found {
            Found::Gap(result) => Some(format!("{}/{}: {result}", cell.way.name(), cell.name)),
            _ => None,
        };
        let unknown = self.unknown.iter();
        let unknown = unknown.map(|name| format!("{name}: there is no such case"));
        let gaps: Vec<String> = self.cells.iter().filter_map(gap).chain(unknown).collect();
        for gap in &gaps {
            println!("{}/{gap}", self.language.name);
        }
        gaps.len()
    }
}

impl<'a> Found<'a> {
    /// By the case's reason to leave it out, if there is one, and the result, if there is one.
    fn new(skipped: Option<&'a str>, result: Option<String>) -> Self {
        match (skipped, result) {
            (None, Some(result)) if result == "pass" => Found::Pass,
            (Some(why), Some(result)) if result == format!("skip: {why}") => Found::Skipped(why),
            (_, result) => Found::Gap(result.unwrap_or("no result".to_owned())),
        }
    }
}
