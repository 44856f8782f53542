#include "core/secret_text.hpp"

#include <utility>

#include <string.h> // explicit_bzero, which no optimizer leaves out

namespace jobwatch
{

void wipe(std::string& text)
{
    text.resize(text.capacity());
    explicit_bzero(text.data(), text.size());
    text.clear();
}

// A short string is copied by its move, so that the other one must be wiped as well.
secret_text::secret_text(secret_text&& other) noexcept : text_(std::move(other.text_))
{
    wipe(other.text_);
}

secret_text& secret_text::operator=(secret_text&& other) noexcept
{
    if (this != &other)
    {
        wipe(text_);
        text_ = std::move(other.text_);
        wipe(other.text_);
    }
    return *this;
}

} // namespace jobwatch
