"""The page. `ui.app.serve` opens it; gradio is imported only in here."""
