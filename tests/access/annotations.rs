//! The schema says of everything who may see it and what it is.

use super::sdl::{ROOTS, Rule, Sdl};
use anyhow::Result;
use portico::authz::permission::Permission;

/// Scalars of GraphQL itself.
const BUILT_IN: &[&str] = &["Boolean", "Float", "ID", "Int", "String"];

#[test]
fn every_field_carries_a_rule_that_can_be_kept() -> Result<()> {
    let sdl = Sdl::read()?;
    for (owner, fields) in &sdl.types {
        for field in fields {
            let name = format!("{owner}.{}", field.name);
            match &field.rule {
                Rule::Missing => panic!("{name} carries no rule: nobody could see it"),
                Rule::Inherits => assert!(!ROOTS.contains(&owner.as_str()), "{name} has nothing to inherit from"),
                Rule::Needs(word) => {
                    assert!(Permission::from_word(word).is_some(), "{name} needs {word}, which does not exist");
                }
                Rule::Public | Rule::SignedIn => {}
            }
            assert!(field.nullable || owner != "Query" && owner != "Mutation", "{name}: one failure would take all");
        }
    }
    Ok(())
}

#[test]
fn implementers_carry_the_interfaces_rule() -> Result<()> {
    let sdl = Sdl::read()?;
    assert!(!sdl.interfaces.is_empty());
    for (interface, implementers) in &sdl.interfaces {
        for field in sdl.fields(interface) {
            for implementer in implementers {
                let rule = sdl.rule(&format!("{implementer}.{}", field.name));
                assert_eq!(rule, field.rule, "{implementer}.{}", field.name);
            }
        }
    }
    Ok(())
}

#[test]
fn everything_is_described() -> Result<()> {
    let sdl = Sdl::read()?;
    let mut bare: Vec<String> =
        sdl.described.iter().filter(|(_, told)| !**told).map(|(name, _)| name.clone()).collect();
    for (owner, fields) in &sdl.types {
        for field in fields {
            let arguments = field.arguments.iter().filter(|it| !it.described);
            bare.extend(arguments.map(|it| format!("{owner}.{}({}:)", field.name, it.name)));
        }
        bare.extend(fields.iter().filter(|it| !it.described).map(|it| format!("{owner}.{}", it.name)));
    }
    for (owner, fields) in &sdl.inputs {
        bare.extend(fields.iter().filter(|it| !it.described).map(|it| format!("{owner}.{}", it.name)));
    }
    for (owner, words) in &sdl.enums {
        bare.extend(words.iter().filter(|it| !it.described).map(|it| format!("{owner}.{}", it.name)));
    }
    assert!(bare.is_empty(), "no description: {bare:#?}");
    Ok(())
}

#[test]
fn every_scalar_says_where_it_is_specified() -> Result<()> {
    let sdl = Sdl::read()?;
    assert!(!sdl.scalars.is_empty());
    for (name, specified) in sdl.scalars.iter().filter(|(name, _)| !BUILT_IN.contains(&name.as_str())) {
        assert!(specified, "{name} does not say where it is specified");
    }
    Ok(())
}
