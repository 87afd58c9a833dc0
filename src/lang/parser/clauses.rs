//! Clauses: what may follow a head's first parts, in any order, each once. Which clauses a head takes is data; here they are read.

use super::{Failed, Parsed, Parser};
use crate::lang::ast::{Clause, Clauses, Says};
use crate::lang::diagnostics::{doubted, one_of, suggest, unknown};
use crate::lang::lexer::{Kind, Symbol};
use crate::lang::scenario::Span;

/// The word of a clause, and what it takes.
pub(super) type Form = (&'static str, Takes);

/// What stands behind the word of a clause.
pub(super) enum Takes {
    Nothing,
    Quantity,
    /// `to QUANTITY`; then the clause is `up to`.
    UpTo,
    /// `QUANTITY per QUANTITY`
    Rate,
    /// The name of that.
    Name(&'static str),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// `manual` or `auto QUANTITY`
    Commit,
    /// A quantity or a text.
    Key,
    /// A quantity; from there on, these clauses may follow and no others.
    Then(&'static [Form]),
}

impl Parser<'_, '_> {
    /// All clauses of a head.
    pub(super) fn clauses(&mut self, mut forms: &'static [Form], into: &mut Clauses) -> Parsed<()> {
        while self.clause(&mut forms, into)? {}
        Ok(())
    }

    /// The next clause of a head; false where the head ends.
    pub(super) fn clause(
        &mut self,
        forms: &mut &'static [Form],
        into: &mut Clauses,
    ) -> Parsed<bool> {
        let Some((mut word, takes, span)) = self.clause_word(forms)? else {
            return Ok(false);
        };
        let says = match *takes {
            Takes::Nothing => Says::Nothing,
            Takes::Quantity => Says::Quantity(self.expression()?),
            Takes::UpTo => {
                self.choice_of(&["to"])?;
                word = "up to";
                Says::Quantity(self.expression()?)
            }
            Takes::Rate => {
                let amount = self.expression()?;
                self.choice_of(&["per"])?;
                Says::Rate(amount, self.expression()?)
            }
            Takes::Name(what) => Says::Name(self.name(what)?),
            Takes::OneOf(words) => {
                let choice = self.choice_of(words);
                // What can say one thing only says it, however that is spelled: no more than this is wrong.
                if let (Err(Failed), [only]) = (choice, words) {
                    self.said(into, word, Says::Word(only), span);
                }
                Says::Word(choice?)
            }
            Takes::Commit => match self.choice_of(&["manual", "auto"])? {
                "auto" => Says::Quantity(self.expression()?),
                word => Says::Word(word),
            },
            Takes::Key if self.peek().kind == Kind::Text => Says::Text(self.text("a key")?),
            Takes::Key => Says::Quantity(self.expression()?),
            Takes::Then(more) => {
                *forms = more;
                Says::Quantity(self.expression()?)
            }
        };
        self.said(into, word, says, span);
        Ok(true)
    }

    /// The word of the next clause, or `None` where the head ends. A clause that is no word is reported.
    fn clause_word(
        &mut self,
        forms: &'static [Form],
    ) -> Parsed<Option<(&'static str, &'static Takes, Span)>> {
        if self.at_end() || self.at_symbol(Symbol::BraceOpen) || self.peek_word() == Some("else") {
            return Ok(None);
        }
        let Some(word) = self.peek_word() else {
            let found = self.found();
            let parameters = match self.at_symbol(Symbol::ParenOpen) {
                true => "there are no parameters; ",
                false => "",
            };
            return self.fail(
                format!("expected a clause, found {found}"),
                Some(format!("{parameters}{}", accepted(forms))),
            );
        };
        let Some((known, takes)) = forms.iter().find(|(known, _)| *known == word) else {
            let near = suggest(word, forms.iter().map(|(known, _)| *known));
            let help = near.is_none().then(|| accepted(forms));
            return self.fail(unknown("clause", word, near), help);
        };
        Ok(Some((known, takes, self.next().span)))
    }

    /// Keeps what a clause says, unless it was said before. `span`: its word.
    pub(super) fn said(&mut self, into: &mut Clauses, word: &'static str, says: Says, span: Span) {
        if into.get(word).is_some() {
            self.given_twice(word, span);
        } else {
            let span = self.since(span);
            into.0.push(Clause { word, span, says });
        }
    }

    /// One of a few words.
    pub(super) fn choice_of(&mut self, accepted: &[&'static str]) -> Parsed<&'static str> {
        let word = self.peek_word().unwrap_or("");
        let Some(choice) = accepted.iter().find(|known| **known == word) else {
            let message = format!("expected {}, found {}", one_of(accepted), self.found());
            let near = suggest(word, accepted.iter().copied());
            return self.fail(doubted(message, near), None);
        };
        self.next();
        Ok(choice)
    }
}

/// What may stand at this place.
fn accepted(forms: &[Form]) -> String {
    if forms.is_empty() {
        return "nothing may follow here".into();
    }
    let words: Vec<&str> = forms.iter().map(|(word, _)| *word).collect();
    format!("what may stand here: {}", one_of(&words))
}
