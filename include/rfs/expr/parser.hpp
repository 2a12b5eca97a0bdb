#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/expr/lexer.hpp"
#include "rfs/expr/mistakes.hpp"
#include "rfs/expr/parsed.hpp"
#include "rfs/expr/tree.hpp"
#include "rfs/source/limits.hpp"

/// \file
/// The parser. Internal to the room; from_text() is its door.

namespace rfs::inline RFS_ABI::expr {

/// Recursive descent over the tokens, one function a rule of the grammar. Functions named `…_rest`
/// go on from a left operand that is already parsed. The first mistake moves the cursor to the end,
/// so that every function returns soon; none has to look for it.
class Parser {
 public:
  Parser(std::string_view text, const Limits& limits);
  Parsed run();
  Parsed run_cell();

 private:
  /// A parsed piece: its root, the text it takes with its parentheses, and whether it may stand
  /// where the grammar says `sum`.
  struct Operand {
    NodeId id;
    source::Span span;
    bool is_sum = true;
  };
  /// Counts one level of nesting while it lives.
  class Nesting {
   public:
    explicit Nesting(Parser& parser);
    ~Nesting() { --parser_.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    Parser& parser_;
  };

  Operand expression();
  Operand open_expression();
  Operand conditional();
  Operand quantified();
  Operand loop();
  Operand expression_rest(Operand sum);
  Operand or_rest(Operand left);
  Operand and_rest(Operand left);
  Operand comparison();
  Operand compare_rest(Operand left);
  Operand between_rest(Operand left);
  Operand in_rest(Operand left);
  Operand sum();
  Operand sum_rest(Operand left);
  Operand product_rest(Operand left);
  Operand unary();
  Operand postfix_rest(Operand left);
  Operand member(Operand left);
  Operand on(Operand left);
  Operand primary();
  Operand number();
  Operand date();
  Operand call();
  Operand argument();
  Operand parenthesised();
  Operand list_rest(const Token& open, std::optional<Operand> first);
  Operand not_without_parentheses();

  source::Span tests();
  source::Span test_list(const Token& open, Operand first, bool is_test);
  source::Span lone_test(Operand test);
  Operand test();
  Operand comparing_test();
  Operand equal_test(Operand operand);
  Operand cell_tests(NodeId input);
  Operand range_or_sum(bool& is_range);
  Operand range_rest(const Token& open, Operand least);

  [[nodiscard]] const Token& here() const { return tokens_[cursor_]; }
  [[nodiscard]] bool at(Lexeme kind) const { return here().kind == kind; }
  [[nodiscard]] bool at_comparison() const {
    return here().kind >= Lexeme::equal && here().kind <= Lexeme::greater_equal;
  }
  [[nodiscard]] bool at_open_expression() const;
  [[nodiscard]] TokenView view() const { return {text_, tokens_}; }
  [[nodiscard]] std::string_view written(source::Span span) const {
    return text_.substr(span.begin, span.end - span.begin);
  }

  Token take();
  Token expect(Lexeme kind, const std::string& what);
  Token variable();
  void fail(SyntaxError error);
  void fail_operator(const std::string& what);
  void fail_chained(const Operand& left, const Token& sign, const Operand& middle);
  void fail_on(source::Span left, source::Span primary);

  Operand emit(Node node, std::initializer_list<NodeId> operands);
  Operand emit_pending(Node node, std::size_t first_pending);

  std::string_view text_;
  const Limits& limits_;
  std::vector<Token> tokens_;
  std::optional<SyntaxError> lexical_error_;
  std::size_t cursor_ = 0;
  std::size_t depth_ = 0;
  std::vector<NodeId> pending_;  ///< operands of the nodes under way whose number is open
  Parsed parsed_;
};

}  // namespace rfs::inline RFS_ABI::expr
