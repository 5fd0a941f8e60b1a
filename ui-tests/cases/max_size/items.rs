use iron_session::MaxSize;

struct Line;

struct Uuid;

#[derive(MaxSize)]
struct Cart {
    #[session(max_items = 20)]
    names: Vec<String>,
    #[session(max_items = 20)]
    lines: Vec<Line>,
    #[session(max_items = 20)]
    more: Option<Vec<Line>>,
    id: Uuid,
    parent: Option<Uuid>,
    first: Line,
}

fn main() {}
