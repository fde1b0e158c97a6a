//! Every seed goes through its target, as fuzzing begins. An input that once failed is kept as a seed.

use std::fs;
use std::path::Path;

#[test]
fn every_seed_passes() {
    let seeds = Path::new("seeds");
    for (name, target) in verigator_fuzz::TARGETS {
        let mut count = 0;
        for seed in fs::read_dir(seeds.join(name)).unwrap() {
            let seed = seed.unwrap().path();
            println!("{}", seed.display());
            target(&fs::read(&seed).unwrap());
            count += 1;
        }
        assert!(count > 0, "{name} has no seeds");
    }
}
