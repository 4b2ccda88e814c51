/* tables.c - the product's tables, for the documents: never compiled, only preprocessed (api/tables.mjs does: cc -E -P). Each
 * row becomes a line: @ and a JSON array, its limits as the numbers that the compiler sees. A kind of parameter that is
 * not known here stays as it is, which is no JSON: the tool says of which operation. */
#include "api/call.h"

#define NONE
#define PARAMETER(kind, names, need, ...)    {"kind": kind, "names": names, "need": need, __VA_ARGS__},
#define BETWEEN(from, to)                    "least": (from), "most": (to)
#define TEXT(name, need, least, most, ...)   PARAMETER("TEXT", name, #need, BETWEEN(least, most))
#define URL(name, need, ...)                 PARAMETER("URL", name, #need, BETWEEN(1, URL_CHARS_MAX))
#define NAME(name, most, ...)                PARAMETER("NAME", name, "OPTIONAL", BETWEEN(0, most))
#define WORD(name, words, otherwise, ...)    PARAMETER("WORD", name, "OPTIONAL", "words": #words, "otherwise": #otherwise)
#define USER(names, need, ...)               PARAMETER("USER", names, #need, BETWEEN(1, TARGET_URI_CHARS_MAX))
#define QUEUE(name, need, ...)               PARAMETER("QUEUE", name, #need, BETWEEN(1, QUEUE_NAME_CHARS_MAX))
#define PHONE(name, ...)                     PARAMETER("PHONE", name, "REQUIRED", BETWEEN(1, PHONE_CHARS_MAX))
#define FLAG(name, ...)                      PARAMETER("FLAG", name, "OPTIONAL", BETWEEN(0, 0))
#define TARGET(names, ...)                   PARAMETER("TARGET", names, "OPTIONAL", BETWEEN(1, TARGET_URI_CHARS_MAX))
#define THING(names, ...)                    PARAMETER("THING", names, "REQUIRED", BETWEEN(1, TARGET_URI_CHARS_MAX))
#define NUMBER(name, least, most, ...)       PARAMETER("NUMBER", name, "OPTIONAL", BETWEEN(least, most))
#define PAIRS(name, least, most, ...)        PARAMETER("PAIRS", name, "REQUIRED", BETWEEN(least, most))
#define NAMES(name, least, most, ...)        PARAMETER("NAMES", name, "REQUIRED", BETWEEN(least, most))
#define LIST(name, least, most, ...)         PARAMETER("LIST", name, "REQUIRED", BETWEEN(least, most), "each": (CHANNEL_CHARS_MAX))

#define RESOURCE(name, path, feature, role, find, read) @["resource", #name, path, #feature, #role, #find, #read]
#define OPERATION(resource, name, command, act, ...)    @["operation", #resource, name, #command, #act, __VA_ARGS__ 0]
#define UPDATE(resource, update)                        @["update", #resource, #update]
#define CREATE(resource, create)                        @["create", #resource, #create]
#define REMOVE(resource, remove)                        @["remove", #resource, #remove]
#define ALIAS(resource, name, operation)                @["alias", #resource, name, operation]
#include "api/operations.def"
#undef RESOURCE
#undef OPERATION

#undef COMMAND
#undef LISTED
#define COMMAND(number, name, ...)             @["command", #name, "", ""]
#define LISTED(number, name, word, where, ...) @["command", #name, word, #where]
#define ENTRY(number, name, word, ...)         @["command", #name, word, "AGENT_CHATTING | CONSULTANT_CHATTING | COACH_CHATTING | BARGE_IN_CHATTING"]
#include "core/command.def"

#define REFUSAL(name, code, http, text) @["err", #name, code, http, text]
#include "api/refusal.def"

#undef WORD
#define WORDS(name)        @["words", #name]
#define WORD(member, word) @["word", #member, word]
#define WORDS_END(name)
#include "core/model/words.def"

#define TOPIC(name, path, by, whose) @["topic", #name, path, #by]
#include "push/topics.def"

#define EVENT(number, name, body, audience) @["event", #name, #audience]
#include "core/model/event.def"

#define NOTIFICATION(event, who, times, when, topic, write, whose, type, extent) \
	@["notification", #event, #who, #topic, #write, type, #extent]
#include "push/notifications.def"

@["limit", "body", HTTP_BODY_MAX]
@["limit", "url", HTTP_URL_MAX]
@["limit", "headers", HTTP_HEADERS_MAX]
@["limit", "count", MESSAGES_COUNT_MAX]
@["limit", "ledger", LEDGER_PAGE_MAX]
@["limit", "key", KEY_BYTES_MAX]
