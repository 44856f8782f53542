// The state_backup port: a copy of state.db by SQLite's own backup, on a thread of low priority and a connection of its
// own. It reads one snapshot in small steps; commits go on meanwhile (the log, -wal, cannot be shortened until it is done).
//
// Who may ask for a copy is the control socket's matter; the file is written with the daemon's rights, so what it may
// become is kept narrow: a new file (0600) in a directory that is none of the daemon's own. It grows as
// FILE.unfinished, and gets its name, by a link that never replaces anything, when it is whole and synced.
#pragma once

#include "engine/ports/state_backup.hpp"
#include "io/state/completion.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace jobwatch
{

class backup_writer final : public state_backup
{
public:
    // `closed`: directories of the daemon's, in which no copy is put: whatever lies there has a meaning.
    backup_writer(
        boost::asio::any_io_executor executor, std::string state_directory, std::vector<std::string> closed);
    ~backup_writer() override; // stops what is under way

    boost::asio::awaitable<outcome> write(std::string file) override;
    void stop() override { stopping_ = true; }

private:
    void start(std::string file, completion<outcome> done);
    outcome make(const std::string& file) const;
    explained<backup_answer> try_to_make(const std::string& file) const;

    boost::asio::any_io_executor executor_;
    std::string state_directory_;
    std::vector<std::string> closed_;
    std::atomic<bool> stopping_{false};
    bool busy_ = false; // on the executor's thread only
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    std::thread thread_;
};

} // namespace jobwatch
