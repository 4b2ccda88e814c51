-- 0008_sotto.sql - a contact's earlier sessions are read beside a running one (core/earlier.h).
CREATE INDEX "session_phone" ON "session" ("centre", "phone", "serial");
