#include "wire/line_splitter.hpp"

namespace jobwatch
{

std::optional<line_splitter::piece> line_splitter::next()
{
    for (;;)
    {
        const std::size_t end = waiting_.find('\n', looked_at_);
        if (end == std::string::npos)
        {
            const bool over = waiting_.size() - begin_ >= limit_;
            const bool first_time = over && !skipping_;
            waiting_.erase(0, over || skipping_ ? waiting_.size() : begin_);
            begin_ = 0;
            looked_at_ = waiting_.size();
            skipping_ = skipping_ || over;
            if (first_time)
                return piece{{}, true};
            return std::nullopt;
        }
        const std::size_t length = end - begin_;
        const bool tail_of_skipped = skipping_;
        const bool over = length >= limit_;
        piece found{over || tail_of_skipped ? std::string() : waiting_.substr(begin_, length), over};
        begin_ = end + 1;
        looked_at_ = begin_;
        skipping_ = false;
        if (!tail_of_skipped)
            return found;
    }
}

} // namespace jobwatch
