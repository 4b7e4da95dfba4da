//! The seams, proven: whatever two rendered files must agree on is read back from both and compared, in every example
//! and in variants of them. [`pinkogen::stack::SEAMS`] is the list.

#[path = "../support/sandbox.rs"]
#[expect(dead_code, reason = "the command line's tests use the rest")]
mod sandbox;

mod cases;
mod proof;
mod read;
mod rendered;

macro_rules! proofs {
    ($($name:ident)*) => {
        $(mod $name;)*

        mod agree {
            $(#[test]
            fn $name() {
                super::$name::PROOF.holds();
            })*
        }

        mod is_noticed {
            $(#[test]
            fn $name() {
                super::$name::PROOF.breaks();
            })*
        }

        const PROOFS: &[(&str, &proof::Proof)] = &[$((stringify!($name), &$name::PROOF)),*];
    };
}

proofs! {
    container_port pool_address database routes body_limit time stop origin health writable workers secrets image
    request_id page
}

#[test]
fn every_seam_has_a_test_and_every_test_a_seam() {
    let tested: Vec<&str> = PROOFS.iter().map(|(name, _)| *name).collect();
    let seams: Vec<&str> = pinkogen::stack::SEAMS.iter().map(|seam| seam.test).collect();
    assert_eq!(seams, tested);
    for (name, proof) in PROOFS {
        assert_eq!(*name, proof.name);
    }
}
