#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/diag/suggest.hpp"
#include "rfs/json/document.hpp"
#include "rfs/rule/keys.hpp"
#include "rfs/value/date.hpp"

namespace rfs::inline RFS_ABI::rule::detail {

/// Walks a JSON document and reports what does not have the shape it should, with the path walked.
class Shape {
 public:
  Shape(const json::Document& document, Diagnostics& findings) : doc(document), findings_(findings) {}

  const json::Document& doc;

  /// Adds one step to the path while it lives.
  class Step {
   public:
    Step(Shape& shape, std::string_view name) : shape_(shape), size_(shape.path_.size()) {
      if (!shape_.path_.empty() && name.front() != '[') shape_.path_ += '.';
      shape_.path_ += name;
    }
    ~Step() { shape_.path_.resize(size_); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    Shape& shape_;
    std::size_t size_;
  };

  /// Returns the value of an object's member, also of one whose key is a reported misspelling of `key`; so one mistake
  /// is one finding.
  [[nodiscard]] json::NodeId find(json::NodeId object, std::string_view key) const {
    const json::NodeId id = doc.find(object, key);
    if (id.valid() || meant_.empty()) return id;
    const auto meant = meant_.find(std::pair(object.value, key));
    return meant == meant_.end() ? id : meant->second;
  }

  /// Returns where the key of an object's member stands.
  [[nodiscard]] source::Span key_span(json::NodeId object, json::NodeId value) const {
    for (const json::Member& member : doc[object].members) {
      if (member.value == value) return member.key_span;
    }
    return doc[value].span;
  }

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] Diagnostics& findings() noexcept { return findings_; }

  Diagnostic& error(Code code, source::Span span, std::string message, std::string help = {}) {
    Diagnostic finding;
    finding.code = code;
    finding.message = std::move(message);
    finding.file = doc.file;
    finding.span = span;
    finding.path = path_;
    finding.help = std::move(help);
    return findings_.add(std::move(finding));
  }

  /// Reports a value that is not of the kind expected ("a string"); returns whether it is.
  bool expect(json::NodeId id, json::Kind kind) {
    if (doc[id].kind == kind) return true;
    error(Code::wrong_shape, doc[id].span,
          "expected " + std::string(json::kind_text(kind)) + ", found " + std::string(json::kind_text(doc[id].kind)));
    return false;
  }

  /// Reports keys that the object may not have and keys that it lacks; returns whether it is an object. `note` and
  /// keys beginning with `x-` may stand anywhere.
  bool object(json::NodeId id, std::span<const Key> allowed, std::string_view what) {
    if (!expect(id, json::Kind::object)) return false;
    for (const json::Member& member : doc[id].members) {
      if (member.key == "note" || member.key.rfind("x-", 0) == 0) continue;
      const Key* known = nullptr;
      std::vector<std::string_view> names;
      for (const Key& key : allowed) {
        names.push_back(key.name);
        if (key.name == member.key) known = &key;
      }
      if (known != nullptr && known->presence != Presence::later) continue;
      if (known != nullptr) {
        error(Code::unsupported_feature, member.key_span, "`" + member.key + "` is not supported by this version");
        continue;
      }
      const std::string near = diag::nearest(member.key, names);
      Diagnostic& finding =
          error(Code::unknown_key, member.key_span, "unknown key `" + member.key + "` in " + std::string(what),
                near.empty() ? "a key of your own begins with `x-`" : "did you mean `" + near + "`?");
      if (!near.empty() && !find(id, near).valid()) {
        for (const Key& key : allowed) {
          if (key.name == near) meant_.emplace(std::pair(id.value, key.name), member.value);
        }
        finding.fixes.push_back(
            {"replace `" + member.key + "` with `" + near + "`", {{member.key_span, "\"" + near + "\""}}});
      }
    }
    for (const Key& key : allowed) {
      if (key.presence == Presence::required && !find(id, key.name).valid()) {
        const std::uint32_t at = doc[id].span.begin;
        error(Code::missing_key, {at, at + 1}, std::string(what) + " lacks its `" + std::string(key.name) + "`");
      }
    }
    return true;
  }

  /// Returns the string under a key, or nothing where it is absent or (reported) no string.
  std::optional<std::string> string(json::NodeId object_id, std::string_view key) {
    const json::NodeId id = find(object_id, key);
    if (!id.valid()) return std::nullopt;
    const Step step(*this, key);
    if (!expect(id, json::Kind::string)) return std::nullopt;
    return doc[id].text;
  }

  /// Returns the word under a key where it is one of those allowed.
  std::optional<std::string> one_of(json::NodeId object_id, std::string_view key,
                                    std::span<const std::string_view> words) {
    auto text = string(object_id, key);
    if (!text) return std::nullopt;
    for (const auto word : words) {
      if (*text == word) return text;
    }
    std::string list;
    for (const auto word : words) list += (list.empty() ? "`" : ", `") + std::string(word) + "`";
    const std::string near = diag::nearest(*text, {words.begin(), words.end()});
    const Step step(*this, key);
    const source::Span span = doc[find(object_id, key)].span;
    Diagnostic& finding = error(Code::unknown_option, span, "expected one of " + list + ", found `" + *text + "`",
                                near.empty() ? "" : "did you mean `" + near + "`?");
    if (!near.empty()) finding.fixes.push_back({"write `" + near + "`", {{span, "\"" + near + "\""}}});
    return std::nullopt;
  }

  /// Returns the date under a key.
  std::optional<Date> date(json::NodeId object_id, std::string_view key) {
    const auto text = string(object_id, key);
    if (!text) return std::nullopt;
    const auto read = Date::parse(*text);
    if (!read) {
      const Step step(*this, key);
      error(Code::invalid_value, doc[find(object_id, key)].span, "expected a date, found `" + *text + "`",
            "write it like `2017-04-24`");
    }
    return read;
  }

 private:
  Diagnostics& findings_;
  std::string path_;
  std::map<std::pair<std::uint32_t, std::string_view>, json::NodeId> meant_;  ///< by the key that was meant
};

}  // namespace rfs::inline RFS_ABI::rule::detail
