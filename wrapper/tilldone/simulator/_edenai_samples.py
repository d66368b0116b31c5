"""What Eden AI's async features give of one morning at a harbour, each in its own form."""

__all__ = ["sample_of"]


def sample_of(subfeature: str, files_url: str) -> object:
    """Give a realistic output of a feature; of one that is not known, speech as text."""
    match subfeature:
        case "ocr_async":
            return {
                "raw_text": "HARBOUR\nFerry 7:30",
                "pages": [{"lines": [{"text": "HARBOUR"}, {"text": "Ferry 7:30"}]}],
                "number_of_pages": 1,
            }
        case "ocr_tables_async":
            cells = [
                {"text": text, "row_index": 0, "col_index": column, "is_header": False}
                for column, text in enumerate(("Ferry", "7:30"))
            ]
            table = {"rows": [{"cells": cells}], "num_rows": 1, "num_cols": 2}
            return {"pages": [{"tables": [table]}], "num_pages": 1}
        case "deepfake_detection_async":
            frame = {"position": 0.5, "score": 0.04, "prediction": "original"}
            return {"prediction": "original", "average_score": 0.04, "details_per_frame": [frame]}
        case "generation_async":
            return {"video_resource_url": f"{files_url}/harbour.mp4"}
        case "batch_scrape_async":
            return {"pages": [_page(files_url)], "failed_results": []}
        case "crawl_async":
            counts = {"status": "completed", "total": 1, "completed": 1}
            return {"pages": [_page(files_url)], "base_url": files_url, **counts}
        case "research_async":
            answer = "The first ferry leaves at 7:30."
            return {"answer": answer, "sources": _sources(files_url), "status": "completed"}
        case "structured_extraction_async":
            data = {"first_ferry": "7:30"}
            return {"data": data, "sources": _sources(files_url), "status": "completed"}
        case _:
            return {
                "text": "Good morning from the harbour.",
                "diarization": {"total_speakers": 1, "entries": []},
            }


def _page(files_url: str) -> dict[str, object]:
    title, content = "Harbour at dawn", "The first ferry leaves at 7:30."
    url = f"{files_url}/player.html"
    return {"url": url, "title": title, "content": content, "status_code": 200, "links": []}


def _sources(files_url: str) -> list[dict[str, object]]:
    return [{"title": "Harbour at dawn", "url": f"{files_url}/player.html"}]
