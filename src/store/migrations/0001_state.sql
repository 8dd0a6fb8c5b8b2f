-- What the relay keeps for its clients. Times are unix seconds, JSON is text; `seq` is the order in which things came and what pages are cut by.

CREATE TABLE files (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    bytes INTEGER NOT NULL,
    filename TEXT NOT NULL,
    purpose TEXT NOT NULL,
    content_type TEXT NOT NULL,
    sha256 TEXT NOT NULL
) STRICT;
CREATE INDEX files_by_purpose ON files (purpose, seq);
CREATE INDEX files_by_expiry ON files (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE conversations (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    metadata TEXT NOT NULL
) STRICT;

CREATE TABLE conversation_items (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    item TEXT NOT NULL,
    UNIQUE (conversation_id, id)
) STRICT;
CREATE INDEX conversation_items_by_order ON conversation_items (conversation_id, seq);

CREATE TABLE responses (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    previous_id TEXT,
    conversation_id TEXT,
    session TEXT NOT NULL,
    response TEXT NOT NULL,
    input TEXT NOT NULL
) STRICT;
CREATE INDEX responses_by_expiry ON responses (expires_at);

-- Where deleted things stood, so that a client that deletes while it pages can go on after the last one it saw. The newest 10,000.
CREATE TABLE cursors (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    seq INTEGER NOT NULL
) STRICT;
CREATE INDEX cursors_by_id ON cursors (id);

CREATE TRIGGER files_leave_a_cursor AFTER DELETE ON files BEGIN
    INSERT INTO cursors (id, seq) VALUES (OLD.id, OLD.seq);
    DELETE FROM cursors WHERE n <= (SELECT max(n) FROM cursors) - 10000;
END;
CREATE TRIGGER conversation_items_leave_a_cursor AFTER DELETE ON conversation_items BEGIN
    INSERT INTO cursors (id, seq) VALUES (OLD.id, OLD.seq);
    DELETE FROM cursors WHERE n <= (SELECT max(n) FROM cursors) - 10000;
END;
