// What the store's writes do inside a transaction: watches opened, their news stored, their ends. Nothing here
// begins or commits.
#pragma once

#include "io/state/state_writer.hpp"

namespace jobwatch
{

// Is it a refusal that answers a question (errc::no_such_watch, errc::watch_ended) and says nothing about the disk?
bool is_answer(error_code ec);

class watch_writes
{
public:
    explicit watch_writes(state_writer& writer);

    // Answers in the order of the batch.
    result<std::vector<stored_watch>> submit(const std::vector<new_watch>& batch);

    // errc::no_such_watch, errc::watch_ended: nothing was changed.
    [[nodiscard]] error_code update(watch_update& news);

    // Answers in the order of the batch, each as update()'s.
    result<std::vector<error_code>> update_all(std::vector<watch_update>& batch);

private:
    result<stored_watch> submit_one(const new_watch& asked);
    result<found_watch> newest(const new_watch& asked);
    [[nodiscard]] error_code insert(const new_watch& asked, watch_number number);
    [[nodiscard]] error_code index_labels(const watch_labels& labels, watch_number number);
    [[nodiscard]] error_code store_row(const watch_update& news, const job_facts& facts);
    [[nodiscard]] error_code say(const watch_update& news, event about);

    state_writer& writer_;
    sqlite_statement newest_;
    sqlite_statement insert_;
    sqlite_statement insert_label_;
    sqlite_statement insert_document_;
    sqlite_statement select_;
    sqlite_statement update_;
};

} // namespace jobwatch
