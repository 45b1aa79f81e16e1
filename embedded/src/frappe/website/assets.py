"""`/assets/<app>/…`: static files of the apps' `public` folders, the built staff app among them."""

import os
import re

import werkzeug.utils
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

import frappe
from frappe.utils.response import guess_type, is_inside

# A build puts a hash of the content into the name: such a file never changes.
HASHED = re.compile(r"[.-][A-Za-z0-9_-]{8,}\.(?:js|css|woff2?|svg|png|jpg|webp|map|json)$")
ONE_YEAR = 365 * 24 * 3600
FIVE_MINUTES = 300


def serve(request: Request) -> Response:
    """The file, with ETag and 304; NotFound for anything outside the public folders of the site's apps."""
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed(valid_methods=["GET", "HEAD"])
    app, _slash, relative = request.path.removeprefix("/assets/").partition("/")
    if app not in frappe.get_all_apps(True):
        raise NotFound
    root = os.path.join(frappe.get_app_path(app), "public")
    target = werkzeug.utils.safe_join(root, relative) if relative else None
    if not target or not os.path.isfile(target) or "/." in f"/{relative}":
        raise NotFound
    if not is_inside(target, root):
        raise NotFound
    age = ONE_YEAR if HASHED.search(target) else FIVE_MINUTES
    response = werkzeug.utils.send_file(target, request.environ, mimetype=guess_type(target), max_age=age)
    response.cache_control.public = True
    response.cache_control.immutable = age == ONE_YEAR
    return response
