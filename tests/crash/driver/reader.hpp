// Reads events and goes on after its cursor whenever the connection breaks; now and then it breaks it itself.
#pragma once

#include "checker/history.hpp"
#include "driver/client.hpp"

#include <boost/json.hpp>

#include <functional>

namespace jobwatch::crash
{

class reader : public client
{
public:
    reader(stage& shared, const std::string& trace_path, std::uint64_t seed, std::string only);

    // The newest event that it has, or that was filtered out.
    std::uint64_t place() const { return place_; }
    // Told of every event, on this reader's thread.
    std::function<void(const event_fact&)> on_event;

protected:
    void trace_start();
    void take_event(std::string_view line);
    void take_heartbeat(std::uint64_t cursor);
    void take_gap(const boost::json::object& told);
    bool wants_another_connection();

    const std::string only_;
    std::string log_; // "": not known yet
    std::atomic<std::uint64_t> place_{0};
};

// control.sock, `subscribe`.
class subscriber final : public reader
{
public:
    using reader::reader;

private:
    void work() override;
    boost::json::object params() const;
    void take(const std::string& line);
};

// events.sock.
class listener final : public reader
{
public:
    using reader::reader;

private:
    void work() override;
};

} // namespace jobwatch::crash
