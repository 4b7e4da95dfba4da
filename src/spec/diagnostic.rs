use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level as Mark, Renderer, Snippet};

use super::problem::{Level, Problem, Problems};
use super::source::Source;

/// Draws problems as rustc draws them, in the order of the spec; with colours only if asked.
pub fn draw(source: &Source<'_>, problems: &Problems, coloured: bool) -> String {
    let renderer = if coloured {
        Renderer::styled()
    } else {
        Renderer::plain()
    }
    .decor_style(DecorStyle::Ascii);
    let mut sorted: Vec<&Problem> = problems.iter().collect();
    sorted.sort_by_key(|problem| (source.bytes(&problem.at).start, problem.level));
    let drawn: Vec<String> = sorted
        .iter()
        .map(|problem| draw_one(source, problem, &renderer))
        .collect();
    drawn.join("\n\n")
}

fn draw_one(source: &Source<'_>, problem: &Problem, renderer: &Renderer) -> String {
    let mark = match problem.level {
        Level::Error => Mark::ERROR,
        Level::Warning => Mark::WARNING,
    };
    let snippet = Snippet::source(source.text)
        .path(source.path.as_str())
        .annotation(
            AnnotationKind::Primary
                .span(source.bytes(&problem.at))
                .label(problem.label.as_str()),
        )
        .annotations(problem.also.iter().map(|(place, label)| {
            AnnotationKind::Context
                .span(source.bytes(place))
                .label(label.as_str())
        }));
    let mut group = mark.primary_title(problem.title.as_str()).element(snippet);
    if let Some(excerpt) = &problem.excerpt {
        group = group.element(
            Snippet::source(excerpt.text.as_str())
                .path(excerpt.path.as_str())
                .annotation(
                    AnnotationKind::Primary
                        .span(excerpt.bytes.clone())
                        .label(excerpt.label.as_str()),
                ),
        );
    }
    if let Some(help) = &problem.help {
        group = group.element(Mark::HELP.message(help.as_str()));
    }
    renderer.render(&[group])
}
