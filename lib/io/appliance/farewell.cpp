#include "io/appliance/farewell.hpp"

#include "io/appliance/tls_session.hpp"

namespace jobwatch
{

namespace
{

// Owned by its own operation, and by nothing else.
class farewell : public std::enable_shared_from_this<farewell>
{
public:
    farewell(std::unique_ptr<tls_stream> stream, const std::shared_ptr<deadline_ticker>& ticker) :
        stream_(std::move(stream)), limit_(ticker, [this] { close(); })
    {
    }

    void start()
    {
        limit_.set(goodbye_limit);
        stream_->async_shutdown([self = shared_from_this()](const boost::system::error_code&)
                                { self->close(); });
    }

private:
    void close()
    {
        boost::system::error_code ignored;
        stream_->next_layer().close(ignored);
    }

    std::unique_ptr<tls_stream> stream_;
    deadline limit_;
};

} // namespace

void say_goodbye(std::unique_ptr<tls_stream> stream, const std::shared_ptr<deadline_ticker>& ticker)
{
    tls_session::detach(stream->native_handle()); // the slot may go before the stream does
    std::make_shared<farewell>(std::move(stream), ticker)->start();
}

} // namespace jobwatch
