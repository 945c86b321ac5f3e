"""What is drawn in the image itself: names burned into the pixels.

``risk`` says which images are never passed unseen, ``policy`` what is done with one of them,
``catalogue`` reads the rectangles of a site, ``paint`` blacks out in the stored pixels, ``stored``
reads and writes them without loss, ``text`` finds text (extra ``ocr``) and ``words`` says which
words may stay. A rule for a new machine is a line in a site's catalogue, not code.
"""
