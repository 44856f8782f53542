-- A state.db of schema version 1, as jobwatchd made and left it: watch 1 ended, watch 2 open, watch 3 open, blocked and
-- overdue. Never changed: every later version must be able to open it.
CREATE TABLE meta(key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;

CREATE TABLE watches(
    number INTEGER PRIMARY KEY,
    appliance TEXT NOT NULL,
    kind TEXT NOT NULL,
    job TEXT NOT NULL,
    submitted_at INTEGER NOT NULL,  -- nanoseconds since 1970, as all times here
    overdue_after INTEGER,          -- milliseconds; NULL: never
    give_up_after INTEGER,
    labels TEXT NOT NULL,           -- a JSON object of strings
    uid INTEGER, pid INTEGER,
    overall_status TEXT NOT NULL DEFAULT '',
    operation TEXT NOT NULL DEFAULT '',
    key_id TEXT NOT NULL DEFAULT '',
    versions_done INTEGER, version_count INTEGER,
    completed_at INTEGER, updated_at INTEGER,
    polls INTEGER NOT NULL DEFAULT 0,
    seen INTEGER NOT NULL DEFAULT 0,
    unrecognised INTEGER NOT NULL DEFAULT 0,
    overdue INTEGER NOT NULL DEFAULT 0,
    blocked INTEGER NOT NULL DEFAULT 0,
    outcome TEXT,                   -- NULL: open
    ended_at INTEGER,
    noticed_after INTEGER,          -- milliseconds
    reason TEXT NOT NULL DEFAULT '',
    CHECK(outcome IN ('succeeded', 'partial', 'failed', 'cancelled', 'lost', 'abandoned', 'removed')),
    CHECK((outcome IS NULL) = (ended_at IS NULL)));
CREATE UNIQUE INDEX watches_one_open ON watches(job, kind, appliance) WHERE outcome IS NULL;
CREATE INDEX watches_open ON watches(number) WHERE outcome IS NULL;
CREATE INDEX watches_by_job ON watches(job);

CREATE TABLE documents(watch INTEGER PRIMARY KEY REFERENCES watches(number) ON DELETE CASCADE, text TEXT NOT NULL);
CREATE TABLE watch_labels(
    name TEXT NOT NULL, value TEXT NOT NULL, watch INTEGER NOT NULL,
    PRIMARY KEY(name, value, watch)) WITHOUT ROWID;

CREATE TABLE events(
    seq INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    type TEXT NOT NULL,
    watch INTEGER,                  -- NULL: not about one
    appliance TEXT NOT NULL,
    outcome TEXT,
    text TEXT NOT NULL);            -- the line, newline included
CREATE UNIQUE INDEX events_one_ending ON events(watch) WHERE type IN ('job.finished', 'watch.removed');

CREATE TRIGGER watches_one_way BEFORE UPDATE ON watches WHEN OLD.outcome IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'an ended watch never changes'); END;
CREATE TRIGGER watches_keep_name BEFORE UPDATE OF number, appliance, kind, job, submitted_at ON watches
BEGIN SELECT RAISE(ABORT, 'what a watch follows never changes'); END;
CREATE TRIGGER watches_no_replace BEFORE INSERT ON watches
WHEN EXISTS(SELECT 1 FROM watches WHERE number = NEW.number)
    OR NEW.number <= (SELECT value FROM meta WHERE key = 'last_number')
    OR EXISTS(SELECT 1 FROM watches
        WHERE job = NEW.job AND kind = NEW.kind AND appliance = NEW.appliance AND outcome IS NULL)
BEGIN SELECT RAISE(ABORT, 'a watch is never replaced and its number never used again'); END;
CREATE TRIGGER watches_keep_open BEFORE DELETE ON watches WHEN OLD.outcome IS NULL
BEGIN SELECT RAISE(ABORT, 'an open watch is never deleted'); END;
CREATE TRIGGER watches_floor AFTER DELETE ON watches
BEGIN UPDATE meta SET value = OLD.number WHERE key = 'last_number' AND value < OLD.number; END;

CREATE TRIGGER events_unchanged BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'an event never changes'); END;
CREATE TRIGGER events_no_replace BEFORE INSERT ON events
WHEN EXISTS(SELECT 1 FROM events WHERE seq >= NEW.seq)
    OR NEW.seq <= (SELECT value FROM meta WHERE key = 'last_seq')
BEGIN SELECT RAISE(ABORT, 'seq only goes up'); END;
CREATE TRIGGER events_one_ending BEFORE INSERT ON events
WHEN NEW.type IN ('job.finished', 'watch.removed') AND EXISTS(SELECT 1 FROM events
    WHERE watch = NEW.watch AND type IN ('job.finished', 'watch.removed'))
BEGIN SELECT RAISE(ABORT, 'a watch has one ending'); END;
CREATE TRIGGER events_floor AFTER DELETE ON events
BEGIN UPDATE meta SET value = OLD.seq WHERE key = 'last_seq' AND value < OLD.seq; END;

INSERT INTO meta VALUES('log', '5e1c7a52-6a7e-4d3c-9a53-0d2f6d1f3b11'), ('log_mark', 2), ('last_seq', 0), ('last_number', 0);
INSERT INTO watches(number, appliance, kind, job, submitted_at, overdue_after, give_up_after, labels, uid, pid,
    overall_status, operation, key_id, versions_done, version_count, polls, seen, outcome, ended_at, noticed_after)
VALUES(1, 'prod', 'google/update-all-versions', 'job-1', 1700000000000000000, 3600000, NULL, '{"change":"CHG-1"}', 1000, 4711,
    'completed', 'disable', 'key-1', 2, 2, 4, 1, 'succeeded', 1700000100000000000, 812);
INSERT INTO documents VALUES(1, '{"id":"job-1"}');
INSERT INTO watches(number, appliance, kind, job, submitted_at, overdue_after, give_up_after, labels)
VALUES(2, 'prod', 'google/update-all-versions', 'job-2', 1700000000000000000, NULL, 90000, '{}');
INSERT INTO watches(number, appliance, kind, job, submitted_at, overdue_after, labels, overall_status, polls, seen, overdue, blocked)
VALUES(3, 'lab', 'aws/synchronization', 'job-3', 1700000000000000000, 3600000, '{}', 'running', 9, 1, 1, 1);
INSERT INTO watch_labels VALUES('change', 'CHG-1', 1);
INSERT INTO events VALUES
    (1, 1700000000000000000, 'watch.added', 1, 'prod', NULL, '{"seq":1}' || char(10)),
    (2, 1700000000000000000, 'watch.added', 2, 'prod', NULL, '{"seq":2}' || char(10)),
    (3, 1700000000000000000, 'watch.added', 3, 'lab', NULL, '{"seq":3}' || char(10)),
    (4, 1700000100000000000, 'job.finished', 1, 'prod', 'succeeded', '{"seq":4}' || char(10));
PRAGMA application_id = 1247233091;
PRAGMA user_version = 1;
