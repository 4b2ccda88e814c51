PRAGMA journal_mode=WAL;
PRAGMA user_version=6027;
BEGIN TRANSACTION;
CREATE TABLE "address" (
	"centre" TEXT NOT NULL,
	"user" TEXT NOT NULL,
	"slot" INTEGER NOT NULL,
	"digest" BLOB NOT NULL,
	"at" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "user", "slot")
) STRICT, WITHOUT ROWID;
INSERT INTO "address" VALUES('centre','99344e3c34292c06b3c3055ff74ce4ee',0,X'825262E13167C242B1796BF4D19E46F3',1795905612657,9,9);
INSERT INTO "address" VALUES('centre','c16954e02dfc949cfc6f8e5fdfdbcf4a',0,X'71DCBC3103EC81E82264B7E447A5A040',1795905612671,11,11);
INSERT INTO "address" VALUES('centre','ccc2a271b2c09df3619a14ef519855b6',0,X'789CCF151FADC9A14363F95DD99EEE5A',1795905612671,10,10);
CREATE TABLE "agent" (
	"centre" TEXT NOT NULL,
	"user" TEXT NOT NULL,
	"state" TEXT NOT NULL,
	"reason" TEXT NOT NULL,
	"since" INTEGER NOT NULL,
	"state_at" INTEGER NOT NULL,
	"has_client" INTEGER NOT NULL,
	"lost_at" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "user")
) STRICT, WITHOUT ROWID;
INSERT INTO "agent" VALUES('centre','99344e3c34292c06b3c3055ff74ce4ee','Ready','',1795905612824,1795905612817,1,0,30,12);
INSERT INTO "agent" VALUES('centre','c16954e02dfc949cfc6f8e5fdfdbcf4a','NotReady','',1795905612785,1795905612785,1,0,17,15);
INSERT INTO "agent" VALUES('centre','ccc2a271b2c09df3619a14ef519855b6','NotReady','',1795905612785,1795905612785,1,0,16,14);
CREATE TABLE "aside" (
	"centre" TEXT NOT NULL,
	"outbound" INTEGER NOT NULL,
	"part" INTEGER NOT NULL,
	"turn" TEXT NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "outbound", "part")
) STRICT, WITHOUT ROWID;
CREATE TABLE "centre" (
	"centre" TEXT NOT NULL,
	"name" TEXT NOT NULL,
	"id_key" BLOB NOT NULL,
	"capacity" INTEGER NOT NULL,
	"on_logout" TEXT NOT NULL,
	"state_after_login" TEXT NOT NULL,
	"lost_after" INTEGER NOT NULL,
	"answer_timeout" INTEGER NOT NULL,
	"reject_wait" INTEGER NOT NULL,
	"not_ready_after_no_answer" INTEGER NOT NULL,
	"idle_close" INTEGER NOT NULL,
	"redelivery_window" INTEGER NOT NULL,
	"receipt_window" INTEGER NOT NULL,
	"receive_window" INTEGER NOT NULL,
	"multimedia" INTEGER NOT NULL,
	"stop_words" TEXT NOT NULL,
	"stop_reply" TEXT NOT NULL,
	"start_reply" TEXT NOT NULL,
	"help_reply" TEXT NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "name")
) STRICT, WITHOUT ROWID;
INSERT INTO "centre" VALUES('centre','centre',X'99397A3D10D3213D10075F78240FDA28BFB315B436E001E629A0B808893E48A1',4,'requeue','NotReady',120000,60000,30000,1,86400000,600000,259200000,10,1,'','You will get no more messages from us. Text START to allow them again.','You will get our messages again. Text STOP to end them.','Write to us here and a person will answer. Text STOP to get no more messages.',1,1);
CREATE TABLE "contact" (
	"centre" TEXT NOT NULL,
	"phone" TEXT NOT NULL,
	"opted_out" INTEGER NOT NULL,
	"reference" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL, "merged_into" TEXT NOT NULL DEFAULT '',
	PRIMARY KEY ("centre", "phone")
) STRICT, WITHOUT ROWID;
INSERT INTO "contact" VALUES('centre','15551000001',0,1,36,21,'');
INSERT INTO "contact" VALUES('centre','15551000002',1,0,42,41,'');
INSERT INTO "contact" VALUES('centre','420600112301',0,0,53,53,'');
INSERT INTO "contact" VALUES('centre','600112301',0,0,46,46,'');
CREATE TABLE "erasure" ("centre" TEXT NOT NULL, "row" INTEGER NOT NULL, "kind" INTEGER NOT NULL, "image" BLOB NOT NULL, "lsn" INTEGER NOT NULL, "first_lsn" INTEGER NOT NULL, PRIMARY KEY ("centre", "row")) STRICT, WITHOUT ROWID;
CREATE TABLE "inbound" (
	"centre" TEXT NOT NULL,
	"link" TEXT NOT NULL,
	"slot" INTEGER NOT NULL,
	"count" INTEGER NOT NULL,
	"fingerprint" BLOB NOT NULL,
	"at" INTEGER NOT NULL,
	"matched" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "link", "slot")
) STRICT, WITHOUT ROWID;
INSERT INTO "inbound" VALUES('centre','carrier',0,1,X'E224800D8F599248CA874EADDAEAD956',1795905612822,0,20,20);
INSERT INTO "inbound" VALUES('centre','carrier',1,2,X'60D8F2DB6E7C71805CB7F047BB24992F',1795905612880,0,40,40);
INSERT INTO "inbound" VALUES('centre','carrier',2,3,X'ABB23E4B7D0CC2081F07F4A73E710A16',1795905612937,0,45,45);
INSERT INTO "inbound" VALUES('centre','carrier',3,4,X'ED744189E1B8BC6EF4AF72AE27E1CED2',1795905612946,0,52,52);
CREATE TABLE "link" (
	"centre" TEXT NOT NULL,
	"name" TEXT NOT NULL,
	"host" TEXT NOT NULL,
	"port" INTEGER NOT NULL,
	"system_id" TEXT NOT NULL,
	"password" TEXT NOT NULL,
	"system_type" TEXT NOT NULL,
	"window" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "name")
) STRICT, WITHOUT ROWID;
INSERT INTO "link" VALUES('centre','carrier','127.0.0.1',36909,'sotto','secret','',10,5,5);
CREATE TABLE "lost" (
	"centre" TEXT NOT NULL,
	"outbound" INTEGER NOT NULL,
	"part" INTEGER NOT NULL,
	"lives" INTEGER NOT NULL,
	"given_up" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "outbound", "part")
) STRICT, WITHOUT ROWID;
CREATE TABLE "message" (
	"centre" TEXT NOT NULL,
	"session" TEXT NOT NULL,
	"seq" INTEGER NOT NULL,
	"agent_index" INTEGER NOT NULL,
	"supervisor_index" INTEGER NOT NULL,
	"type" TEXT NOT NULL,
	"visibility" TEXT NOT NULL,
	"audience" INTEGER NOT NULL,
	"author" TEXT NOT NULL,
	"party" TEXT NOT NULL,
	"user" TEXT NOT NULL,
	"nickname" TEXT NOT NULL,
	"at" INTEGER NOT NULL,
	"text" TEXT NOT NULL,
	"outbound" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL, "erased" INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY ("centre", "session", "seq")
) STRICT, WITHOUT ROWID;
INSERT INTO "message" VALUES('centre','FZ4KBUYS3YUGS4FG',1,1,1,'ParticipantJoined','All',7,'contact','5A96807803AC5FED','','600112301',1795905612937,'',0,49,49,0);
INSERT INTO "message" VALUES('centre','FZ4KBUYS3YUGS4FG',2,2,2,'Text','All',7,'contact','5A96807803AC5FED','','600112301',1795905612937,'Hello in one spelling',0,50,50,0);
INSERT INTO "message" VALUES('centre','M2T62P8W1QOEU3W9',1,1,1,'ParticipantJoined','All',7,'contact','C263ED31EBE8FA70','','420600112301',1795905612946,'',0,56,56,0);
INSERT INTO "message" VALUES('centre','M2T62P8W1QOEU3W9',2,2,2,'Text','All',7,'contact','C263ED31EBE8FA70','','420600112301',1795905612946,'Me too',0,57,57,0);
INSERT INTO "message" VALUES('centre','VJ31XNB5KATZXSRM',1,1,1,'ParticipantJoined','All',7,'contact','E9F3CB42C4982277','','15551000001',1795905612822,'',0,24,24,0);
INSERT INTO "message" VALUES('centre','VJ31XNB5KATZXSRM',2,2,2,'Text','All',7,'contact','E9F3CB42C4982277','','15551000001',1795905612822,'Hello, my number is 4711',0,25,25,0);
INSERT INTO "message" VALUES('centre','VJ31XNB5KATZXSRM',3,3,3,'ParticipantJoined','All',7,'agent','C8F8DBB7027B0C83','99344e3c34292c06b3c3055ff74ce4ee','ana',1795905612824,'',0,29,29,0);
INSERT INTO "message" VALUES('centre','VJ31XNB5KATZXSRM',4,4,4,'Text','All',7,'agent','C8F8DBB7027B0C83','99344e3c34292c06b3c3055ff74ce4ee','ana',1795905612826,'Good day',1,32,32,0);
INSERT INTO "message" VALUES('centre','VJ31XNB5KATZXSRM',5,5,5,'Text','All',7,'agent','C8F8DBB7027B0C83','99344e3c34292c06b3c3055ff74ce4ee','ana',1795905612830,'A long text, A long text, A long text, A long text, A long text, A long text, A long text, A long text, A long text, A long text, A long text, A long text, A long text, A long text, A long text, A long text, ',2,35,35,0);
INSERT INTO "message" VALUES('centre','VJ31XNB5KATZXSRM',6,6,6,'Text','All',7,'agent','C8F8DBB7027B0C83','99344e3c34292c06b3c3055ff74ce4ee','ana',1795905613458,'Still to leave',4,59,59,0);
INSERT INTO "message" VALUES('centre','VJ31XNB5KATZXSRM',7,7,7,'ParticipantLeft','All',7,'agent','C8F8DBB7027B0C83','99344e3c34292c06b3c3055ff74ce4ee','ana',1795905613766,'',0,64,64,0);
CREATE TABLE "outbound" (
	"centre" TEXT NOT NULL,
	"serial" INTEGER NOT NULL,
	"session" TEXT NOT NULL,
	"seq" INTEGER NOT NULL,
	"phone" TEXT NOT NULL,
	"number" TEXT NOT NULL,
	"link" TEXT NOT NULL,
	"text" TEXT NOT NULL,
	"reference" INTEGER NOT NULL,
	"at" INTEGER NOT NULL,
	"closes" INTEGER NOT NULL,
	"open" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL, "withheld" INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY ("centre", "serial")
) STRICT, WITHOUT ROWID;
INSERT INTO "outbound" VALUES('centre',1,'VJ31XNB5KATZXSRM',4,'15551000001','15550100','carrier','',0,1795905612826,1796164812826,1,33,33,0);
INSERT INTO "outbound" VALUES('centre',2,'VJ31XNB5KATZXSRM',5,'15551000001','15550100','carrier','',1,1795905612830,1796164812830,1,37,37,0);
INSERT INTO "outbound" VALUES('centre',3,'',0,'15551000002','15550100','carrier','You will get no more messages from us. Text START to allow them again.',0,1795905612880,1796164812880,1,43,43,0);
INSERT INTO "outbound" VALUES('centre',4,'VJ31XNB5KATZXSRM',6,'15551000001','15550100','carrier','',0,1795905613458,1796164813458,1,60,60,0);
CREATE TABLE "part" (
	"centre" TEXT NOT NULL,
	"outbound" INTEGER NOT NULL,
	"part" INTEGER NOT NULL,
	"parts" INTEGER NOT NULL,
	"state" TEXT NOT NULL,
	"attempts" INTEGER NOT NULL,
	"smsc_id" TEXT NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "outbound", "part")
) STRICT, WITHOUT ROWID;
INSERT INTO "part" VALUES('centre',1,1,1,'sent',0,'m1',34,34);
INSERT INTO "part" VALUES('centre',2,1,2,'sent',0,'m2',38,38);
INSERT INTO "part" VALUES('centre',2,2,2,'sent',0,'m3',39,39);
INSERT INTO "part" VALUES('centre',3,1,1,'sent',0,'m4',44,44);
CREATE TABLE "party" (
	"centre" TEXT NOT NULL,
	"session" TEXT NOT NULL,
	"id" TEXT NOT NULL,
	"draw" INTEGER NOT NULL,
	"drawn_for" INTEGER NOT NULL,
	"kind" TEXT NOT NULL,
	"state" TEXT NOT NULL,
	"origin" TEXT NOT NULL,
	"visibility" TEXT NOT NULL,
	"user" TEXT NOT NULL,
	"nickname" TEXT NOT NULL,
	"watched" TEXT NOT NULL,
	"invited" INTEGER NOT NULL,
	"deadline" INTEGER NOT NULL,
	"joined" INTEGER NOT NULL,
	"from" INTEGER NOT NULL,
	"base" INTEGER NOT NULL,
	"until" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL, "supervision" TEXT NOT NULL DEFAULT 'Monitor',
	PRIMARY KEY ("centre", "session", "id")
) STRICT, WITHOUT ROWID;
INSERT INTO "party" VALUES('centre','FZ4KBUYS3YUGS4FG','5A96807803AC5FED',1,7,'contact','Chatting','contact','All','','600112301','',1795905612937,0,1,0,0,0,48,48,'Monitor');
INSERT INTO "party" VALUES('centre','FZ4KBUYS3YUGS4FG','E24A033380788662',2,7,'agent','Invited','routed','All','99344e3c34292c06b3c3055ff74ce4ee','','',1795905612937,1795905672937,0,0,0,0,51,51,'Monitor');
INSERT INTO "party" VALUES('centre','M2T62P8W1QOEU3W9','AD9150513D09D48C',2,7,'agent','Invited','routed','All','99344e3c34292c06b3c3055ff74ce4ee','','',1795905612946,1795905672946,0,0,0,0,58,58,'Monitor');
INSERT INTO "party" VALUES('centre','M2T62P8W1QOEU3W9','C263ED31EBE8FA70',1,7,'contact','Chatting','contact','All','','420600112301','',1795905612946,0,1,0,0,0,55,55,'Monitor');
INSERT INTO "party" VALUES('centre','VJ31XNB5KATZXSRM','C8F8DBB7027B0C83',2,7,'agent','Completed','routed','All','99344e3c34292c06b3c3055ff74ce4ee','ana','',1795905612822,0,1,0,0,6,63,26,'Monitor');
INSERT INTO "party" VALUES('centre','VJ31XNB5KATZXSRM','E814A894C1490EDD',1,4,'supervisor','Revoked','watching','Supervisors','c16954e02dfc949cfc6f8e5fdfdbcf4a','','99344e3c34292c06b3c3055ff74ce4ee',1795905612824,0,0,0,0,0,66,31,'Monitor');
INSERT INTO "party" VALUES('centre','VJ31XNB5KATZXSRM','E9F3CB42C4982277',1,7,'contact','Completed','contact','All','','15551000001','',1795905612822,0,1,0,0,6,62,23,'Monitor');
CREATE TABLE "projected" (
	"centre" TEXT NOT NULL,
	"lsn" INTEGER NOT NULL,
	"at" INTEGER NOT NULL, -- time of that event
	PRIMARY KEY ("centre")
) STRICT, WITHOUT ROWID;
INSERT INTO "projected" VALUES('centre',66,1795905613766);
CREATE TABLE "queue" (
	"centre" TEXT NOT NULL,
	"name" TEXT NOT NULL,
	"number" TEXT NOT NULL,
	"link" TEXT NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "name")
) STRICT, WITHOUT ROWID;
INSERT INTO "queue" VALUES('centre','support','15550100','carrier',7,7);
CREATE TABLE "refusal" (
	"centre" TEXT NOT NULL,
	"session" TEXT NOT NULL,
	"user" TEXT NOT NULL,
	"until" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "session", "user")
) STRICT, WITHOUT ROWID;
CREATE TABLE "registration" (
	"centre" TEXT NOT NULL,
	"supervisor" TEXT NOT NULL,
	"agent" TEXT NOT NULL,
	"serial" INTEGER NOT NULL,
	"active" INTEGER NOT NULL,
	"mode" TEXT NOT NULL,
	"visibility" TEXT NOT NULL,
	"nickname" TEXT NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL, "supervision" TEXT NOT NULL DEFAULT 'Monitor',
	PRIMARY KEY ("centre", "supervisor", "agent")
) STRICT, WITHOUT ROWID;
INSERT INTO "registration" VALUES('centre','c16954e02dfc949cfc6f8e5fdfdbcf4a','99344e3c34292c06b3c3055ff74ce4ee',19,1,'AllChats','Supervisors','',19,19,'Monitor');
CREATE TABLE "segment" (
	"centre" TEXT NOT NULL,
	"link" TEXT NOT NULL,
	"phone" TEXT NOT NULL,
	"number" TEXT NOT NULL,
	"reference" INTEGER NOT NULL,
	"part" INTEGER NOT NULL,
	"parts" INTEGER NOT NULL,
	"coding" INTEGER NOT NULL,
	"data" BLOB NOT NULL,
	"at" INTEGER NOT NULL,
	"held" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "link", "phone", "number", "reference", "part")
) STRICT, WITHOUT ROWID;
CREATE TABLE "sending" (
	"centre" TEXT NOT NULL,
	"link" TEXT NOT NULL,
	"parts" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL, "through" INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY ("centre", "link")
) STRICT, WITHOUT ROWID;
INSERT INTO "sending" VALUES('centre','carrier',0,61,6,0);
CREATE TABLE "session" (
	"centre" TEXT NOT NULL,
	"id" TEXT NOT NULL,
	"serial" INTEGER NOT NULL,
	"state" TEXT NOT NULL,
	"phone" TEXT NOT NULL,
	"number" TEXT NOT NULL,
	"queue" TEXT NOT NULL,
	"received" INTEGER NOT NULL,
	"ended" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "id")
) STRICT, WITHOUT ROWID;
INSERT INTO "session" VALUES('centre','FZ4KBUYS3YUGS4FG',2,'queued','600112301','15550100','support',1795905612937,0,47,47);
INSERT INTO "session" VALUES('centre','M2T62P8W1QOEU3W9',3,'queued','420600112301','15550100','support',1795905612946,0,54,54);
INSERT INTO "session" VALUES('centre','VJ31XNB5KATZXSRM',1,'ended','15551000001','15550100','support',1795905612822,1795905613766,65,22);
CREATE TABLE "setting" (
	"centre" TEXT NOT NULL,
	"link" TEXT NOT NULL,
	"name" TEXT NOT NULL,
	"value" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "link", "name")
) STRICT, WITHOUT ROWID;
CREATE TABLE "user" (
	"centre" TEXT NOT NULL,
	"id" TEXT NOT NULL,
	"serial" INTEGER NOT NULL,
	"name" TEXT NOT NULL,
	"first_name" TEXT NOT NULL,
	"last_name" TEXT NOT NULL,
	"roles" INTEGER NOT NULL,
	"provisioned" INTEGER NOT NULL,
	"enabled" INTEGER NOT NULL,
	"password" TEXT NOT NULL,
	"password_version" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "id")
) STRICT, WITHOUT ROWID;
INSERT INTO "user" VALUES('centre','99344e3c34292c06b3c3055ff74ce4ee',1,'ana','ana','Test',1,1,1,'$argon2id$v=19$m=8,t=1,p=1$broqKha4SDbj8isPcjRAog$Z4D5MpfjxTszj3b4C3+hUTRZJ04vXT8UgiV63/kTu5w',1,2,2);
INSERT INTO "user" VALUES('centre','c16954e02dfc949cfc6f8e5fdfdbcf4a',3,'sam-zqvvmwdp4ol3','sam-zqvvmwdp4ol3','Test-zqvvmwdp4ol3',2,1,1,'$argon2id$v=19$m=8,t=1,p=1$6fVYgVRSYVuHKSivfltORg$3mYwR/2wON0fz7MJLj/q+iSHC5yu1Ohss+x6brCG2+U',1,4,4);
INSERT INTO "user" VALUES('centre','ccc2a271b2c09df3619a14ef519855b6',2,'ben','ben','Test',1,1,1,'$argon2id$v=19$m=8,t=1,p=1$pU9USPYha6+OKxyf8GdcPQ$jFOUot+KJfW6Jn/w7/rwIRZyFO+BbXR6Qs4IuKG1qIE',1,3,3);
CREATE INDEX "session_serial" ON "session" ("centre", "serial");
CREATE INDEX "session_open" ON "session" ("centre", "id") WHERE "state" <> 'ended';
CREATE INDEX "outbound_open" ON "outbound" ("centre", "serial") WHERE "open" = 1;
CREATE INDEX "segment_held" ON "segment" ("centre", "lsn") WHERE "held" = 1;
COMMIT;
