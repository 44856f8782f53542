// Asks about watches and changes them: waits, gets, polls, and now and then removes one.
#pragma once

#include "driver/client.hpp"

#include <boost/json.hpp>

namespace jobwatch::crash
{

class visitor final : public client
{
public:
    using client::client;

private:
    void work() override;
    void visit(test::unix_client& link);
    void wait(test::unix_client& link);
    void look(test::unix_client& link);
    void poll(test::unix_client& link);
    void remove(test::unix_client& link);
    void hear_watch(const boost::json::object& told);
    boost::json::array some_watches(std::uint64_t most, bool recent);
};

} // namespace jobwatch::crash
