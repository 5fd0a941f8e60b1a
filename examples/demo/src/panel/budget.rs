//! The budget: the largest size of each field, compared with its current size.

use iron_session::IronSession;
use iron_session::session::Usage;
use maud::{Markup, html};

use super::thousands;
use crate::session::AppSession;

pub(super) fn table(usage: &Usage) -> Markup {
    let budget = AppSession::budget();
    let now = |name: &str| {
        let member = usage.members.iter().find(|(member, _)| member == name);
        member.map_or(0, |(_, bytes)| *bytes)
    };
    html! {
        table.budget {
            @for field in budget.fields() {
                @let max = field.max_bytes().unwrap_or_default();
                (row(field.name(), now(field.name()), max))
            }
            tfoot data-testid="budget-sum" data-fit=(budget.limit_bytes()) {
                (row("all", usage.payload_bytes, budget.bounded_payload_bytes()))
            }
        }
        p.hint {
            "The sum includes metadata and space for members of other programs. " (thousands(budget.limit_bytes())) " bytes fit into "
            (budget.max_cookies()) " cookies."
        }
    }
}

fn row(name: &str, now: usize, max: usize) -> Markup {
    html! {
        tr data-testid="budget" data-member=(name) data-now=(now) data-max=(max) {
            td { code { (name) } }
            td {
                svg.bar viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" {
                    rect.room width="100" height="100" {}
                    rect.used width=((now * 100).div_ceil(max.max(1)).min(100)) height="100" {}
                }
            }
            td.number { (thousands(now)) " of " (thousands(max)) }
        }
    }
}
