//! A rolling deploy, seen in a browser: two servers of the example `deploy` behind one nginx are
//! swapped for those of the next release, one by one, while somebody clicks.

mod buffer;
mod clicks;
mod servers;

use std::cell::Cell;
use std::collections::BTreeSet;

use self::clicks::{Clicks, Item, Page};
use self::servers::Servers;
use crate::nginx::Nginx;

/// So many, with a look after each, that chance does not leave out one of two servers.
const CLICKS: usize = 8;

#[test]
fn nobody_is_logged_out_and_nothing_is_lost() {
    let mut servers = Servers::start(1);
    let nginx = Nginx::start("releases", servers.ports());
    let mut visitor = Clicks::start(&nginx.address);

    let inks = Cell::new(0);
    let add_ink = |visitor: &mut Clicks| {
        let page = visitor.click("add-ink");
        inks.set(inks.get() + 1);
        assert_eq!(page.user.as_deref(), Some("Ada"), "{page:?}");
        assert_eq!(page.cart["ink"].quantity, inks.get(), "{page:?}");
        page
    };
    let add_inks = |visitor: &mut Clicks| -> BTreeSet<u32> {
        (0..CLICKS).flat_map(|_| [add_ink(visitor).release, visitor.look().release]).collect()
    };

    visitor.look();
    let page = visitor.sign_in("Ada");
    assert_eq!((page.release, page.greeting.as_deref()), (1, Some("Welcome, Ada.")));

    // The second release adds. Whichever release responds, the visitor is signed in, and their changes are kept.
    servers.swap_while(0, 2, || drop(add_ink(&mut visitor)));
    visitor.insist("wrap-ink", |page| page.cart["ink"].gift);
    visitor.insist("colours-dark", |page| page.colours == "dark");
    assert_eq!(add_inks(&mut visitor), [1, 2].into(), "both releases respond");
    servers.swap_while(1, 2, || drop(add_ink(&mut visitor)));
    assert_eq!(add_inks(&mut visitor), [2].into());
    let is_complete = |page: &Page| {
        let has_inks = |ink: &Item| ink.gift && ink.quantity == inks.get();
        page.user.as_deref() == Some("Ada")
            && page.colours == "dark"
            && page.cart.get("ink").is_some_and(has_inks)
    };
    let page = visitor.look();
    assert!(is_complete(&page), "{page:?}");

    // The third retypes. Until it has written, the second's servers know the visitor...
    servers.swap_while(0, 3, || {
        let page = visitor.look();
        assert!(is_complete(&page), "{page:?}");
    });
    visitor.insist("add-nib", |page| page.release == 2 && page.user.is_none());
    // ... and then they don't, but what is done there destroys nothing.
    let mut releases = BTreeSet::new();
    for _ in 0..CLICKS {
        for page in [visitor.click("add-nib"), visitor.look()] {
            assert!(is_complete(&page) || (page.release == 2 && page.cart.is_empty()), "{page:?}");
            releases.insert(page.release);
        }
    }
    assert_eq!(releases, [2, 3].into(), "both releases respond");
    servers.swap_while(1, 3, || drop(visitor.look()));
    for _ in 0..4 {
        let page = visitor.click("add-paper");
        assert!(page.release == 3 && is_complete(&page), "{page:?}");
    }
    assert_eq!(visitor.look().cart["paper"].quantity, 4);
}
