//! The products of the shop.

pub(crate) struct Product {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) price_cents: u32,
    /// An SVG path in a box of 24 by 24.
    pub(crate) drawing: &'static str,
}

pub(crate) const PRODUCTS: [Product; 8] = [
    Product {
        id: "field-notebook",
        name: "Field notebook",
        about: "Stitched, 96 pages, lies flat",
        price_cents: 1450,
        drawing: "M6 3h11a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H6zM9 3v18M4 7h3M4 12h3M4 17h3M12 8h3M12 11h3",
    },
    Product {
        id: "fountain-pen",
        name: "Fountain pen",
        about: "Steel nib, fine, refillable",
        price_cents: 4200,
        drawing: "M12 2l5 10-3 6h-4l-3-6zM12 2v8M10.5 11.5a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M9 18h6v4H9z",
    },
    Product {
        id: "pencil",
        name: "Cedar pencil",
        about: "Softer than it looks, 2B",
        price_cents: 290,
        drawing: "M4 20l1.2-4.6L16.4 4.2a2 2 0 0 1 2.8 0l.6.6a2 2 0 0 1 0 2.8L8.6 18.8zM14.5 6l3.5 3.5M5.2 15.4l3.4 3.4",
    },
    Product {
        id: "ink",
        name: "Ink, midnight",
        about: "50 ml, dries in four seconds",
        price_cents: 1180,
        drawing: "M9 3h6v4H9zM8 7h8l3 4v9a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-9zM5 14c3-2 4 2 7 0s4 2 7 0",
    },
    Product {
        id: "envelopes",
        name: "Envelopes",
        about: "Twenty, laid paper, lined",
        price_cents: 860,
        drawing: "M3 6h18v13H3zM3 7l9 7 9-7M3 18l6.5-6M21 18l-6.5-6",
    },
    Product {
        id: "ruler",
        name: "Brass ruler",
        about: "15 cm, wears to a shine",
        price_cents: 1900,
        drawing: "M3 16L16 3l5 5L8 21zM7 12l2 2M9.5 9.5l3 3M12 7l2 2M14.5 4.5l3 3",
    },
    Product {
        id: "bookmark",
        name: "Bookmark",
        about: "Woven, knows where you were",
        price_cents: 540,
        drawing: "M7 3h10v18l-5-4-5 4zM10 7h4M10 10h4",
    },
    Product {
        id: "calendar",
        name: "Desk calendar",
        about: "One week a page, no holidays",
        price_cents: 2250,
        drawing: "M4 5h16v15H4zM4 10h16M8 3v4M16 3v4M8 14h2M14 14h2M8 17h2M14 17h2",
    },
];

pub(crate) fn find(id: &str) -> Option<&'static Product> {
    PRODUCTS.iter().find(|product| product.id == id)
}

/// Formats an amount as on a price tag.
pub(crate) fn price(cents: impl Into<u64>) -> String {
    let cents = cents.into();
    format!("€ {}.{:02}", cents / 100, cents % 100)
}

#[cfg(test)]
mod tests {
    #[test]
    fn cents_have_two_digits() {
        assert_eq!([0_u32, 905, 1450].map(super::price), ["€ 0.00", "€ 9.05", "€ 14.50"]);
    }
}
