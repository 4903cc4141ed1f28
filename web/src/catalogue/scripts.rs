//! What can be wrong with a script of a lock client.

use lockstep_core::lock::script::{Expected, LONGEST_TIME_US, MOST_STEPS, Problem, ScriptError};

use super::{Language, choose, say};

impl Language {
    /// What is wrong with a script, and where: characters are counted from 1.
    #[must_use]
    pub fn script_error(self, error: ScriptError) -> String {
        let (problem, at) = (self.script_problem(error.problem), error.at + 1);
        say!(self, "{problem} (character {at})", "{problem} (karakter {at})")
    }

    fn script_problem(self, problem: Problem) -> String {
        match problem {
            Problem::Expected(expected) => self.expected(expected).to_owned(),
            Problem::TimeOutOfBounds => {
                let most_s = LONGEST_TIME_US / 1_000_000;
                say!(self, "a time is from 1us to {most_s}s", "waktu dari 1us sampai {most_s}s")
            }
            Problem::TokenTooGreat => {
                choose!(self, "this token is too great", "token ini terlalu besar").to_owned()
            }
            Problem::NothingLocked => choose!(
                self,
                "nothing was locked before this, so say what",
                "belum ada yang dikunci, jadi sebutkan apa",
            )
            .to_owned(),
            Problem::RepeatNotLast => {
                choose!(self, "“repeat” comes last", "“repeat” harus terakhir").to_owned()
            }
            Problem::NothingToRepeat => {
                choose!(self, "there is nothing to repeat", "tidak ada yang diulang").to_owned()
            }
            Problem::TooManySteps => {
                say!(self, "more than {MOST_STEPS} steps", "lebih dari {MOST_STEPS} langkah")
            }
        }
    }

    const fn expected(self, expected: Expected) -> &'static str {
        match expected {
            Expected::Step => choose!(
                self,
                "here should stand lock, try, upgrade, downgrade, release, write, read, work \
                 or repeat",
                "di sini seharusnya lock, try, upgrade, downgrade, release, write, read, \
                 work, atau repeat",
            ),
            Expected::Resource => {
                choose!(self, "here should stand a resource", "seharusnya nama sumber daya")
            }
            Expected::ResourceOrAll => choose!(
                self,
                "here should stand a resource, or “all”",
                "di sini seharusnya nama sumber daya, atau “all”",
            ),
            Expected::Mode => choose!(
                self,
                "here should stand s (shared) or x (exclusive)",
                "di sini seharusnya s (bersama) atau x (eksklusif)",
            ),
            Expected::Time => choose!(
                self,
                "here should stand a time, like 20ms",
                "di sini seharusnya waktu, misalnya 20ms",
            ),
            Expected::Token => {
                choose!(self, "here should stand a token", "di sini seharusnya sebuah token")
            }
            Expected::End => {
                choose!(self, "the step should end here", "langkah seharusnya selesai di sini")
            }
            Expected::Within => choose!(
                self,
                "the step should end here, or go on with “within”",
                "langkah seharusnya selesai di sini, atau berlanjut dengan “within”",
            ),
            Expected::As => choose!(
                self,
                "the step should end here, or go on with “as”",
                "langkah seharusnya selesai di sini, atau berlanjut dengan “as”",
            ),
            Expected::ResourceOrAs => choose!(
                self,
                "here should stand a resource, or “as”",
                "di sini seharusnya nama sumber daya, atau “as”",
            ),
            Expected::After => choose!(
                self,
                "the step should end here, or go on with “after”",
                "langkah seharusnya selesai di sini, atau berlanjut dengan “after”",
            ),
        }
    }
}
