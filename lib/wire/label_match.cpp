// carries_labels: read while the event's text streams by, and no further than its labels.
#include "wire/control_message.hpp"

#include <boost/json/basic_parser_impl.hpp>

namespace jobwatch
{

namespace
{

namespace json = boost::json;

constexpr std::size_t max_kept = 1024; // bytes of a name or value; longer than any label

// What boost::json::basic_parser calls. It counts the wanted labels that it finds in the outermost "labels",
// and stops the parser behind that object by refusing to go on.
class label_handler
{
public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    explicit label_handler(const watch_labels& wanted) : wanted_(wanted) {}

    std::size_t found() const { return found_; }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&)
    {
        ++depth_;
        return true;
    }
    bool on_object_end(std::size_t, error_code& stop)
    {
        --depth_;
        if (depth_ != 1 || !in_labels_)
            return true;
        stop = json::make_error_code(json::error::extra_data);
        return false;
    }
    bool on_array_begin(error_code&)
    {
        ++depth_;
        return true;
    }
    bool on_array_end(std::size_t, error_code&)
    {
        --depth_;
        return true;
    }
    bool on_key_part(json::string_view piece, std::size_t, error_code&) { return keep(piece); }
    bool on_key(json::string_view last, std::size_t, error_code&)
    {
        keep(last);
        if (depth_ == 1)
            in_labels_ = kept_ == "labels";
        else if (depth_ == 2 && in_labels_)
            label_ = kept_;
        kept_.clear();
        return true;
    }
    bool on_string_part(json::string_view piece, std::size_t, error_code&) { return keep(piece); }
    bool on_string(json::string_view last, std::size_t, error_code&)
    {
        keep(last);
        if (depth_ == 2 && in_labels_)
            count(kept_);
        kept_.clear();
        return true;
    }
    bool on_number_part(json::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t, json::string_view, error_code&) { return true; }
    bool on_uint64(std::uint64_t, json::string_view, error_code&) { return true; }
    bool on_double(double, json::string_view, error_code&) { return true; }
    bool on_bool(bool, error_code&) { return true; }
    bool on_null(error_code&) { return true; }
    bool on_comment_part(json::string_view, error_code&) { return true; }
    bool on_comment(json::string_view, error_code&) { return true; }

private:
    bool keep(json::string_view piece)
    {
        if (kept_.size() < max_kept)
            kept_.append(piece.data(), std::min(piece.size(), max_kept));
        return true;
    }

    void count(const std::string& value)
    {
        const auto wanted = wanted_.find(label_);
        if (wanted != wanted_.end() && wanted->second == value)
            ++found_;
    }

    const watch_labels& wanted_;
    std::size_t found_ = 0;
    std::size_t depth_ = 0;
    bool in_labels_ = false;
    std::string label_;
    std::string kept_;
};

} // namespace

bool carries_labels(std::string_view event_text, const watch_labels& labels)
{
    if (labels.empty())
        return true;
    json::basic_parser<label_handler> parser(json::parse_options(), labels);
    error_code stopped;
    parser.write_some(false, event_text.data(), event_text.size(), stopped);
    return parser.handler().found() == labels.size();
}

} // namespace jobwatch
