// Somebody else, who keeps a bearer token in a file: written at the start, and again at half of each token's life. No
// login of theirs is in the ledger.
#pragma once

#include "appliance.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <filesystem>

namespace jobwatch::simulator
{

class token_file
{
public:
    // Writes the first token. Throws std::runtime_error when it cannot.
    token_file(boost::asio::io_context& context, appliance& of, std::filesystem::path file);

    void start() { await_half_life(); }
    void stop();

    // To be called when the desk has changed.
    void obey();

    const std::filesystem::path& path() const { return file_; }

private:
    void write();
    void await_half_life();

    appliance& of_;
    std::filesystem::path file_;
    boost::asio::steady_timer half_life_;
    bool stopped_ = false;
};

} // namespace jobwatch::simulator
