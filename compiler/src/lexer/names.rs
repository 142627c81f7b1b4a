//! The names in a file, each kept once.

use std::sync::Arc;

use foldhash::HashSet;

/// Names met so far. A name is written again and again, and all of its tokens share one text.
#[derive(Debug, Default)]
pub struct Names {
    known: HashSet<Arc<str>>,
}

impl Names {
    /// The name's shared text.
    pub(super) fn shared(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.known.get(name) {
            return Arc::clone(known);
        }
        let shared: Arc<str> = name.into();
        self.known.insert(Arc::clone(&shared));
        shared
    }
}
