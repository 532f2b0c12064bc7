# coding: utf-8
"""Writes golden.json: what the published evaluation of VQA says of awkward answers.

Run by Python 2.7, for which it was published, beside a checkout of github.com/GT-Vision-Lab/VQA (measured with a013f00),
whose classes VQA and VQAEval are run as they are:

    python2.7 golden.py CHECKOUT > golden.json
"""
import io
import json
import os
import random
import sys
import tempfile

CHECKOUT = sys.argv[1]
sys.path.insert(0, os.path.join(CHECKOUT, 'PythonHelperTools', 'vqaTools'))
sys.path.insert(0, os.path.join(CHECKOUT, 'PythonEvaluationTools'))
from vqa import VQA
from vqaEvaluation.vqaEval import VQAEval

PIECES = [
    u'yes', u'Yes', u'no', u'No.', u'two', u'2', u'ten', u'10', u'none', u'zero', u'one', u'a dog', u'the dog', u'an apple',
    u'A', u'the', u'dog', u"don't", u'dont', u'Dont', u"couldn'tve", u"somebody'd", u'Id\'ve', u"i'd've", u"'ow'sat",
    u'1,000', u'1,000,000', u'1, 2', u'a,b', u'10,5 cm', u'3.5', u'3.', u'.5', u'U.S.A.', u'u.s. 5', u'p.m.', u'1.2.3',
    u'black/white', u'black / white', u'black and white', u'black-white', u'black - white', u't-shirt', u't shirt',
    u'tshirt', u'$5', u'5%', u'5:30', u'what?', u'what ?', u'! stop', u'stop!', u'(left)', u'left', u'[x]', u'{x}',
    u'"quoted"', u'`tick`', u'a@b.com', u'a+b=c', u'a_b', u'a\\b', u'<b>', u'x;y', u'x; y', u'', u' ', u'\n', u'\t',
    u'two\nwords', u'two\twords', u'  space  ', u'space', u'café', u'Café', u'CAFÉ', u'naïve', u'ÎLE', u'île', u'Σ', u'σ',
    u'ΟΔΟΣ', u'οδος', u'οδοσ', u'İstanbul', u'istanbul', u'٣,٤', u'٣.٤', u'३ three', u'日本', u'日本。', u'ye\u00a0s',
    u'\u00a0yes\u00a0', u'\u2003yes', u'\u0085yes', u'yes\u2028no', u'.' * 31, u'a' + u'.' * 40, u'b.' * 35, u',' * 5,
    u'1,a', u'a,1', u'1,2-3', u'it is 1,000 m-long', u'the a an', u'aint', u"she's", u'shes', u'oclock', u'11 oclock',
    u'🙂', u'🙂.', u'one two three', u'1 2 3', u'ten-ten', u'- ten', u'the two dogs', u'2 dogs', u'None', u'NONE', u'maam',
]


def answers(random):
    """Ten answers in one of the ways in which people agree and do not."""
    kind = random.randrange(5)
    if kind == 0:
        return [random.choice(PIECES)] * 10
    pool = random.sample(PIECES, [None, 2, 3, 4, 10][kind])
    return [random.choice(pool) for _ in range(10)]


def write(folder, name, value):
    path = os.path.join(folder, name)
    with open(path, 'w') as out:
        json.dump(value, out)
    return path


def main():
    draw = random.Random(20260101)
    folder = tempfile.mkdtemp()
    questions, annotations, results = [], [], []
    for number in range(600):
        truth = answers(draw)
        given = draw.choice(truth) if draw.random() < .75 else draw.choice(PIECES)
        if draw.random() < .2:
            given = given.upper()
        questions.append({'question_id': number, 'image_id': number, 'question': u'what?'})
        annotations.append({
            'question_id': number, 'image_id': number,
            'question_type': draw.choice([u'what is', u'how many', u'is the']),
            'answer_type': draw.choice([u'yes/no', u'number', u'other']),
            'multiple_choice_answer': truth[0],
            'answers': [{'answer': answer, 'answer_confidence': u'yes', 'answer_id': i + 1}
                        for i, answer in enumerate(truth)]})
        results.append({'question_id': number, 'answer': given})
    about = {'info': {}, 'license': {}, 'task_type': 'Open-Ended', 'data_type': 'mscoco', 'data_subtype': 'awkward'}
    question_file = write(folder, 'questions.json', dict(about, questions=questions))
    annotation_file = write(folder, 'annotations.json', dict(about, annotations=annotations))
    result_file = write(folder, 'results.json', results)

    # The published code prints as it goes.
    out, sys.stdout = sys.stdout, io.BytesIO()
    vqa = VQA(annotation_file, question_file)
    evaluation = VQAEval(vqa, vqa.loadRes(result_file, question_file), n=2)
    exact = VQAEval(vqa, vqa.loadRes(result_file, question_file), n=12)
    evaluation.evaluate()
    vqa = VQA(annotation_file, question_file)
    exact.vqa = vqa
    exact.evaluate()
    sys.stdout = out

    cases = [{'answers': [answer['answer'] for answer in annotation['answers']],
              'questionType': annotation['question_type'], 'answerType': annotation['answer_type'],
              'answer': result['answer'], 'accuracy': exact.evalQA[annotation['question_id']]}
             for annotation, result in zip(annotations, results)]
    texts = [{'text': text, 'punctuation': evaluation.processPunctuation(text),
              'words': evaluation.processDigitArticle(text)}
             for text in sorted(set(PIECES) | set(evaluation.contractions))]
    print json.dumps({'cases': cases, 'texts': texts, 'accuracy': evaluation.accuracy},
                     indent=0, sort_keys=True, separators=(',', ':'))


main()
