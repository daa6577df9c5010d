"""Nineteen pieces of HTML that try to reach the network, a file, or the renderer's options."""

from __future__ import annotations

SVG = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>"


def attacks(port: int, secret: str) -> dict[str, str]:
    """The attacks by name; each calls the listener at `port` or reads the file at `secret`."""
    http, ftp, file = f"http://127.0.0.1:{port}", f"ftp://127.0.0.1:{port}", f"file://{secret}"
    return {
        "picture": f'<img src="{http}/img">',
        "style sheet": f'<link rel="stylesheet" href="{http}/css">',
        "import": f'<style>@import url("{http}/import");</style>',
        "background": f'<div style="background: url({http}/bg)">x</div>',
        "font": f'<style>@font-face {{font-family: x; src: url("{http}/f")}} p {{font-family: x}}'
        "</style><p>x</p>",
        "frame": f'<iframe src="{http}/frame"></iframe>',
        "object": f'<object data="{http}/object"></object>',
        "embed": f'<embed src="{http}/embed">',
        "script": f'<script src="{http}/script"></script>',
        "request": f'<script>var x = new XMLHttpRequest(); x.open("GET", "{http}/xhr", false); '
        "x.send(); document.write(x.responseText)</script>",
        "refresh": f'<meta http-equiv="refresh" content="0; url={http}/refresh">',
        "drawn picture": f'{SVG}<image xlink:href="{http}/svg" width="9" height="9"/></svg>',
        "ftp picture": f'<img src="{ftp}/ftp.png">',
        "file in a frame": f'<iframe src="{file}" width="500" height="90"></iframe>',
        "file as object": f'<object data="{file}" type="text/plain"></object>',
        "file by request": f'<script>var x = new XMLHttpRequest(); x.open("GET", "{file}", false);'
        " x.send(); document.write(x.responseText)</script>",
        "file by refresh": f'<meta http-equiv="refresh" content="0; url={file}">',
        "option to read files": f'<meta name="pdfkit-allow" content="/"><iframe src="{file}">'
        "</iframe>",
        "option past the proxy": '<meta name="pdfkit-bypass-proxy-for" content="127.0.0.1">'
        f'<img src="{http}/bypass">',
    }
